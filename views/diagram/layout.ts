/** Where every box is, in points with y upwards: columns wide enough for their words, ranks from fine to coarse. */

import { type Arc, arcsOf } from "./arcs.ts";
import { type BoxFace, boxFace } from "./captions.ts";
import type { Figure, FigureMap, Step } from "./figure.ts";
import { textWidth } from "./measure-text.ts";
import { leading, type } from "./palette.ts";
import { type Cell, freeAhead, group, type Placement } from "./place.ts";

export interface Box {
  readonly map: FigureMap;
  readonly cell: Cell;
  readonly face: BoxFace;
  /** The centre. */
  readonly x: number;
  readonly y: number;
  /** On which side of an arrow at the box's top or bottom the captions are; in the middle where there is no arrow. */
  readonly aboveSide: Side;
  readonly belowSide: Side;
}

export type Side = "left" | "right" | "middle";

export interface Layout {
  readonly boxes: ReadonlyMap<number, Box>;
  readonly arcs: ReadonlyMap<Step, Arc>;
  readonly rows: readonly RowPlace[];
}

export interface RowPlace {
  /** The centre of lane 0. */
  readonly y: number;
  /** How far the rank reaches above and below that: with the arcs over its boxes, and without. */
  readonly above: number;
  readonly boxesAbove: number;
  readonly below: number;
}

/** Room beside the words of a level arrow. */
const wordMargin = 8;
/** Room between the captions of neighbouring boxes. */
const captionMargin = 8;
const bend = 10;
const leastStep = 30;
const wordHeight = type.words * leading;
const arcRise = 7;
const arcPitch = wordHeight + 7;
const captionGap = 2;
/** Room over a folded block for its name. */
const frameTitle = 12;

export function layOut(figure: Figure, placement: Placement): Layout {
  const into = group(figure.steps, (step) => step.to);
  const outOf = group(figure.steps, (step) => step.from);
  const faces = new Map(
    figure.maps.map((map) => [map.id, boxFace(map, figure, into.get(map.id) ?? [], outOf.has(map.id))]),
  );
  const arcs = arcsOf(figure, placement);
  const sides = captionSides(figure, placement, arcs);
  const columns = columnPlaces(figure, placement, faces, arcs, sides);
  const pitches = lanePitches(figure, faces);
  const rows = rowPlaces(figure, placement, faces, arcs, pitches);
  const boxes = new Map<number, Box>();
  for (const map of figure.maps) {
    const cell = placement.get(map.id);
    const face = faces.get(map.id);
    const side = sides.get(map.id);
    if (cell === undefined || face === undefined || side === undefined) continue;
    const y = (rows[cell.row]?.y ?? 0) + cell.lane * (pitches[cell.row] ?? 0);
    boxes.set(map.id, {
      map,
      cell,
      face,
      x: columns[cell.column] ?? 0,
      y,
      aboveSide: side.above,
      belowSide: side.below,
    });
  }
  return { boxes, arcs, rows };
}

/** Captions step aside, to the left where that is free or an arc leaves on the right, where an arrow reaches the box from above or below. */
function captionSides(
  figure: Figure,
  placement: Placement,
  arcs: ReadonlyMap<Step, Arc>,
): ReadonlyMap<number, { readonly above: Side; readonly below: Side }> {
  const taken = new Set([...placement.values()].map((cell) => `${cell.row}/${cell.column}`));
  const touched = { above: new Set<number>(), below: new Set<number>() };
  /** Where several arrows arrive beside each other, on the left of the first. */
  const crowded = { above: new Set<number>(), below: new Set<number>() };
  for (const step of figure.steps) {
    const [from, to] = [placement.get(step.from), placement.get(step.to)];
    if (from === undefined || to === undefined || from.row === to.row) continue;
    const falls = from.row < to.row;
    const side = falls ? "above" : "below";
    if (touched[side].has(step.to)) crowded[side].add(step.to);
    touched[side].add(step.to);
    if (from.column === to.column || !freeAhead(from, to, placement.values()))
      touched[falls ? "below" : "above"].add(step.from);
  }
  const arcStarts = new Set([...arcs.keys()].map((step) => step.from));
  const sideOf = (cell: Cell): Side => {
    return taken.has(`${cell.row}/${cell.column - 1}`) ? "right" : "left";
  };
  return new Map(
    [...placement].map(([id, cell]) => [
      id,
      {
        above: !touched.above.has(id)
          ? "middle"
          : crowded.above.has(id)
            ? "right"
            : arcStarts.has(id)
              ? "left"
              : sideOf(cell),
        below: crowded.below.has(id) ? "right" : touched.below.has(id) ? sideOf(cell) : "middle",
      },
    ]),
  );
}

function columnPlaces(
  figure: Figure,
  placement: Placement,
  faces: ReadonlyMap<number, BoxFace>,
  arcs: ReadonlyMap<Step, Arc>,
  sides: ReturnType<typeof captionSides>,
): readonly number[] {
  const count = 1 + Math.max(0, ...[...placement.values()].map((cell) => cell.column));
  /** Least distances between centres: [left column, right column, points]. */
  const demands: (readonly [left: number, right: number, points: number])[] = [];
  const reach = (id: number, toward: "left" | "right"): number => {
    const face = faces.get(id);
    const side = sides.get(id);
    if (face === undefined || side === undefined) return 0;
    const one = (width: number, at: Side): number =>
      at === "middle" ? width / 2 : at === toward ? width + 6 : 0;
    return Math.max(
      face.width / 2 + (toward === "left" ? face.before : face.after),
      one(face.aboveWidth, side.above),
      one(face.belowWidth, side.below),
    );
  };
  const neighbours = [...placement].sort(([, a], [, b]) => a.row - b.row || a.column - b.column);
  for (const [at, [id, cell]] of neighbours.entries()) {
    const [nextId, next] = neighbours[at + 1] ?? [];
    if (nextId === undefined || next === undefined || next.row !== cell.row || next.column === cell.column)
      continue;
    for (const [otherId, other] of neighbours)
      if (other.row === cell.row && other.column === next.column)
        demands.push([cell.column, next.column, reach(id, "right") + reach(otherId, "left") + captionMargin]);
  }
  for (const step of figure.steps) {
    const [from, to] = [placement.get(step.from), placement.get(step.to)];
    if (from === undefined || to === undefined || from.column >= to.column || from.row !== to.row) continue;
    const words = Math.max(
      0,
      ...[...step.head, ...step.tail].map(({ text }) => textWidth(text, type.words)),
      stepWordsWidth(step, figure),
    );
    const [face, next] = [faces.get(step.from), faces.get(step.to)];
    if (face === undefined || next === undefined) continue;
    const halves = (face.width + next.width) / 2;
    const lowest = Math.min(face.height, next.height) / 2;
    // Words that reach past the boxes are between the captions, not between the boxes.
    if (!arcs.has(step) && lowest < 4 + tailLines(step) * wordHeight)
      demands.push([
        from.column,
        to.column,
        // The words are centred between the boxes, which is not the middle of the centres where widths differ.
        2 *
          Math.max(
            reach(step.from, "right") - (face.width - next.width) / 4,
            reach(step.to, "left") + (face.width - next.width) / 4,
          ) +
          words +
          2 * wordMargin,
      ]);
    const bends = from.lane === to.lane ? 0 : 2 * bend;
    const beside = besideArcs(step, figure, arcs, faces);
    demands.push([
      from.column,
      to.column,
      arcs.has(step) ? halves + leastStep : halves + words + 2 * wordMargin + bends + beside,
    ]);
  }
  const places = [0];
  for (let column = 1; column < count; column++) {
    let place = (places[column - 1] ?? 0) + leastStep / 2;
    for (const [left, right, points] of demands)
      if (right === column) place = Math.max(place, (places[left] ?? 0) + points);
    places.push(place);
  }
  return places;
}

/** Room for the upright parts of arcs that leave or arrive in the same gap. */
function besideArcs(
  step: Step,
  figure: Figure,
  arcs: ReadonlyMap<Step, Arc>,
  faces: ReadonlyMap<number, BoxFace>,
): number {
  const overhang = (id: number): number => {
    const face = faces.get(id);
    return face === undefined ? 0 : Math.max(0, face.aboveWidth - face.width) / 2;
  };
  const leaves = figure.steps.some((other) => other.from === step.from && arcs.has(other));
  const arrives = figure.steps.some((other) => other.to === step.to && arcs.has(other));
  return 2 * Math.max(leaves ? 2 + overhang(step.from) : 0, arrives ? 2 + overhang(step.to) : 0);
}

function tailLines(step: Step): number {
  return step.tail.length + (step.times > 1 ? 1 : 0);
}

/** What the arrow of a skip says of its join. */
function stepWordsWidth(step: Step, figure: Figure): number {
  return textWidth(skipWords(step, figure), type.words);
}

export function skipWords(step: Step, figure: Figure): string {
  const join = figure.maps.find((map) => map.id === step.to)?.join;
  return step.skip && join !== undefined ? join.words : "";
}

function lanePitches(figure: Figure, faces: ReadonlyMap<number, BoxFace>): readonly number[] {
  return figure.rows.map((_, row) => {
    const own = figure.maps.filter((map) => map.row === row).map((map) => faces.get(map.id));
    const room = own.map((face) =>
      face === undefined ? 0 : face.height + face.aboveHeight + face.belowHeight + 2 * captionGap,
    );
    return Math.max(0, ...room) + 8;
  });
}

function rowPlaces(
  figure: Figure,
  placement: Placement,
  faces: ReadonlyMap<number, BoxFace>,
  arcs: ReadonlyMap<Step, Arc>,
  pitches: readonly number[],
): readonly RowPlace[] {
  const extents = figure.rows.map((_, row) => {
    let [above, below] = [0, 0];
    for (const [id, cell] of placement) {
      const face = faces.get(id);
      if (cell.row !== row || face === undefined) continue;
      const shift = cell.lane * (pitches[row] ?? 0);
      above = Math.max(above, shift + face.height / 2 + captionGap + face.aboveHeight);
      below = Math.max(below, -shift + face.height / 2 + captionGap + face.belowHeight);
    }
    for (const step of figure.steps) {
      const [from, to] = [placement.get(step.from), placement.get(step.to)];
      if (from?.row !== row || to?.row !== row || arcs.has(step)) continue;
      const shift = to.lane * (pitches[row] ?? 0);
      above = Math.max(above, shift + 4 + (step.head.length + (step.skip ? 1 : 0)) * wordHeight);
      below = Math.max(below, -shift + 5 + tailLines(step) * wordHeight);
    }
    const levels = [...arcs]
      .filter(([step]) => placement.get(step.from)?.row === row)
      .map(([, arc]) => arc.level + 1);
    const tracks = Math.max(0, ...levels);
    const framed = figure.folds.some(({ maps }) => maps.some((id) => placement.get(id)?.row === row));
    const arched = above + (tracks === 0 ? 0 : arcRise + tracks * arcPitch);
    return { above: arched + (framed ? frameTitle : 0), below: below + (framed ? 3 : 0), boxes: above };
  });
  const places: RowPlace[] = [];
  let y = 0;
  for (const [row, { above, below, boxes }] of extents.entries()) {
    const before = extents[row - 1];
    if (before !== undefined) y -= before.below + gapAbove(row, figure, placement) + above;
    places.push({ y, above, boxesAbove: boxes, below });
  }
  return places;
}

/** Room at either end of a gap for the level parts of arrows that change their column there. */
export const turnRoom = 12;

/** Room between this rank and the one over it for the words of the arrows, and for those that change their column. */
function gapAbove(row: number, figure: Figure, placement: Placement): number {
  const turns = figure.steps.some((step) => {
    const [from, to] = [placement.get(step.from), placement.get(step.to)];
    if (from === undefined || to === undefined || from.row === to.row) return false;
    return from.column !== to.column && (from.row < to.row ? to.row : to.row + 1) === row;
  });
  const lines = figure.steps.map((step) => {
    const [from, to] = [placement.get(step.from), placement.get(step.to)];
    if (from === undefined || to === undefined || from.row === to.row) return 0;
    const labelled = from.row < to.row ? from.row + 1 : from.row;
    return labelled === row ? step.longHead.length + step.tail.length : 0;
  });
  return Math.max(26, Math.max(0, ...lines) * wordHeight + 10) + (turns ? 2 * turnRoom : 0);
}

/** The height of an arc's level part. */
export function arcHeight(layout: Layout, row: number, { level }: Arc): number {
  const place = layout.rows[row];
  return place === undefined ? 0 : place.y + place.boxesAbove + arcRise + level * arcPitch;
}
