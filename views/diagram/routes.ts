/** The way of every arrow: level within a rank, upright between ranks, over the boxes where they are in the way. */
import type { Arc } from "./arcs.ts";
import type { Figure, PoolLink, Step } from "./figure.ts";
import { arcHeight, type Box, type Layout, turnRoom } from "./layout.ts";
import { freeAhead, group } from "./place.ts";

export type Point = readonly [x: number, y: number];

export interface Route {
  /** Corners; the arrow points to the last. */
  readonly points: readonly Point[];
  /** Where the words are: over and under a point of a level stretch, or beside a point of an upright one. */
  readonly words: {
    readonly at: Point;
    readonly side: "around" | "left" | "right";
    /** Length of the stretch, in points. */
    readonly room: number;
    /** `false` beside an arrow that reaches the same feature map from the same side and says the same. */
    readonly shown: boolean;
  };
}

const bend = 10;
/** Of the box's height: where arcs leave and arrive, above the middle that other arrows use. */
const arcPort = 0.3;

export function routeSteps(figure: Figure, layout: Layout): ReadonlyMap<Step, Route> {
  const routes = new Map<Step, Route>();
  const readers = group(figure.steps, (step) => step.from);
  const sources = group(figure.steps, (step) => step.to);
  const ports = new Ports((id) => (sources.get(id) ?? []).length);
  for (const step of figure.steps) {
    const [from, to] = [layout.boxes.get(step.from), layout.boxes.get(step.to)];
    if (from === undefined || to === undefined) continue;
    const arc = layout.arcs.get(step);
    if (arc !== undefined) routes.set(step, arcRoute(from, to, arc, layout, ports));
    else if (from.cell.row === to.cell.row)
      routes.set(step, levelRoute(from, to, (readers.get(step.from) ?? []).length));
    else {
      const beside = uprightBeside(step, sources, layout);
      const place = beside.indexOf(step);
      const shown = !beside.slice(0, place).some((other) => sameWords(other, step));
      routes.set(step, uprightRoute(from, to, sidestepWidth * place, shown, layout));
    }
  }
  return routes;
}

function levelRoute(from: Box, to: Box, readers: number): Route {
  const start: Point = [right(from), from.y];
  const end: Point = [left(to), to.y];
  if (from.y === to.y) return { points: [start, end], words: levelWords(start, end) };
  // What parts bends at its source, what meets bends at its join.
  const parts = readers > 1 && Math.abs(to.cell.lane) >= Math.abs(from.cell.lane);
  const corner = parts ? start[0] + bend : end[0] - bend;
  return {
    points: [start, [corner, start[1]], [corner, end[1]], end],
    words: parts ? levelWords([corner, end[1]], end) : levelWords(start, [corner, start[1]]),
  };
}

function arcRoute(from: Box, to: Box, arc: Arc, layout: Layout, ports: Ports): Route {
  const [out, into] = ports.take(from, to);
  const startY = from.y + from.face.height * out.height;
  const endY = to.y + to.face.height * into.height;
  const startX = right(from) + 5 + overhang(from) + 3 * out.place;
  const endX = left(to) - 11 - overhang(to) - 3 * into.place;
  const top = arcHeight(layout, from.cell.row, arc);
  return {
    points: [
      [right(from), startY],
      [startX, startY],
      [startX, top],
      [endX, top],
      [endX, endY],
      [left(to), endY],
    ],
    words: levelWords([startX, top], [endX, top]),
  };
}

/** How far the captions over a box reach past its sides, where an arc goes up or down. */
function overhang({ face, aboveSide }: Box): number {
  return aboveSide === "middle" ? Math.max(0, (face.aboveWidth - face.width) / 2 - 2) : 0;
}

interface Port {
  /** How many arcs were there before. */
  readonly place: number;
  /** Over the box's middle, as a share of its height. */
  readonly height: number;
}

/** Where arcs leave and arrive: over the middle, which is left to other arrows; a lone arrival takes the middle. */
class Ports {
  readonly #arrivals: (id: number) => number;
  readonly #out = new Map<number, number>();
  readonly #into = new Map<number, number>();

  constructor(arrivals: (id: number) => number) {
    this.#arrivals = arrivals;
  }

  take(from: Box, to: Box): readonly [out: Port, into: Port] {
    const out = count(this.#out, from.map.id);
    const into = count(this.#into, to.map.id);
    const alone = this.#arrivals(to.map.id) === 1;
    return [
      { place: out, height: share(out) },
      { place: into, height: alone ? 0 : share(into) },
    ];
  }
}

function share(taken: number): number {
  return arcPort + Math.min(taken, 3) * 0.05;
}

function count(ports: Map<number, number>, id: number): number {
  const taken = ports.get(id) ?? 0;
  ports.set(id, taken + 1);
  return taken;
}

const sidestepWidth = 6;

/**
 * The arrows between ranks that reach one feature map from the same side. They arrive beside each other, the straight one first.
 */
function uprightBeside(
  step: Step,
  sources: ReadonlyMap<number, readonly Step[]>,
  layout: Layout,
): readonly Step[] {
  const to = layout.boxes.get(step.to);
  const above = (one: Step): number => Math.sign((layout.boxes.get(one.from)?.y ?? 0) - (to?.y ?? 0));
  const upright = (sources.get(step.to) ?? []).filter(
    (one) => above(one) === above(step) && layout.boxes.get(one.from)?.cell.row !== to?.cell.row,
  );
  const straight = (one: Step): number =>
    layout.boxes.get(one.from)?.cell.column === to?.cell.column ? 0 : 1;
  return [...upright].sort((a, b) => straight(a) - straight(b));
}

function sameWords(one: Step, other: Step): boolean {
  const said = (step: Step): string =>
    [...step.longHead, ...step.tail, { text: `${step.times}` }].map(({ text }) => text).join("\n");
  return said(one) === said(other);
}

function uprightRoute(from: Box, to: Box, aside: number, shown: boolean, layout: Layout): Route {
  const falls = from.y > to.y;
  const side = falls || aside > 0 ? "left" : "right";
  const x = to.x - aside;
  const startY = falls ? bottom(from) : top(from);
  const endY = falls ? top(to) : bottom(to);
  const row = layout.rows[falls ? from.cell.row + 1 : from.cell.row];
  const other = layout.rows[falls ? from.cell.row : from.cell.row - 1];
  const gap =
    row === undefined || other === undefined ? startY : (row.y + row.above + (other.y - other.below)) / 2;
  if (from.cell.column === to.cell.column && aside === 0)
    return {
      points: [
        [from.x, startY],
        [to.x, endY],
      ],
      words: { at: [from.x, gap], side, room: 0, shown },
    };
  if (
    freeAhead(
      from.cell,
      to.cell,
      [...layout.boxes.values()].map(({ cell }) => cell),
    )
  )
    return {
      points: [
        [right(from), from.y],
        [x, from.y],
        [x, endY],
      ],
      words: { at: [x, gap], side, room: 0, shown },
    };
  const under = layout.rows[falls ? to.cell.row : to.cell.row + 1];
  const over = layout.rows[falls ? to.cell.row - 1 : to.cell.row];
  const middle =
    under === undefined || over === undefined ? gap : (under.y + under.above + (over.y - over.below)) / 2;
  // Level at the end of the gap that the words leave free: before them on the way down, and on the way up.
  const turn =
    under === undefined || over === undefined
      ? gap
      : falls
        ? over.y - over.below - turnRoom / 2
        : under.y + under.above + turnRoom / 2;
  return {
    points: [
      [from.x, startY],
      [from.x, turn],
      [x, turn],
      [x, endY],
    ],
    words: { at: [x, middle], side, room: 0, shown },
  };
}

/** From the middle of the pooling's arrow to that of the unpooling's. */
export function routeLink(
  link: PoolLink,
  figure: Figure,
  routes: ReadonlyMap<Step, Route>,
): { readonly pool: Step; readonly unpool: Step; readonly points: readonly Point[] } | undefined {
  const pool = figure.steps.find((step) => step.nodes.includes(link.pool));
  const unpool = figure.steps.find((step) => step.nodes.includes(link.unpool));
  const [start, end] = [pool && routes.get(pool)?.words.at, unpool && routes.get(unpool)?.words.at];
  if (pool === undefined || unpool === undefined || start === undefined || end === undefined)
    return undefined;
  const points: readonly Point[] = start[1] === end[1] ? [start, end] : [start, [end[0], start[1]], end];
  return { pool, unpool, points };
}

function levelWords(from: Point, to: Point): Route["words"] {
  const at: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return { at, side: "around", room: Math.abs(to[0] - from[0]) - 2 * bend, shown: true };
}

function left(box: Box): number {
  return box.x - box.face.width / 2;
}
function right(box: Box): number {
  return box.x + box.face.width / 2;
}
function top(box: Box): number {
  return box.y + box.face.height / 2;
}
function bottom(box: Box): number {
  return box.y - box.face.height / 2;
}
