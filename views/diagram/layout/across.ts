/** Positions from left to right: of columns and of the tracks between them. */
import { type Face, reachOf } from "./faces.ts";
import type { Metrics } from "./metrics.ts";
import { Distances } from "./order.ts";
import type { Tracks, Upright } from "./tracks.ts";
import type { Arrow, Ways } from "./ways.ts";
import { type Words, wordsHeight } from "./words.ts";

export interface Across {
  readonly columns: readonly number[];
  readonly track: (gap: number, zone: Upright["zone"], distance: number) => number;
  /** What the words of an arrow have free in the middle of a gap. */
  readonly room: (arrow: Arrow, gap: number) => { readonly left: number; readonly right: number };
}

/** Something upright that crosses a line or a channel, or a box: how far it reaches to either side of its position. */
interface Item {
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly box: Face | undefined;
}

export function placeAcross(
  ways: Ways,
  tracks: Tracks,
  words: ReadonlyMap<Arrow, Words>,
  faces: ReadonlyMap<number, Face>,
  metrics: Metrics,
): Across {
  const positions = new Positions(ways.columns, tracks.uprights);
  const distances = new Distances(positions.count);
  const items = itemsByLevel(ways, tracks, words, faces, positions, metrics);
  const toBox = metrics.arrowhead + 4;
  for (const row of items.values())
    for (const [at, item] of row.entries()) {
      const next = row[at + 1];
      if (next === undefined) continue;
      const boxes = item.box !== undefined && next.box !== undefined;
      const tracksOnly = item.box === undefined && next.box === undefined;
      const room = tracksOnly ? metrics.pitch : boxes ? metrics.captionMargin : 3;
      distances.atLeast(item.at, next.at, item.right + next.left + room);
      if (next.box !== undefined)
        distances.atLeast(
          item.at,
          next.at,
          (item.box?.width ?? 0) / 2 + next.box.width / 2 + (boxes ? metrics.leastStep : toBox),
        );
    }
  /** Words that are as tall as the box keep clear of its captions. */
  const reach = (item: Item, side: "left" | "right", { above, below }: Words): number => {
    if (item.box === undefined) return item[side];
    const taller = above.length > below.length ? above : below;
    const tall = wordsHeight(taller, metrics) + 4 > item.box.height / 2;
    return tall ? item[side] : item.box.width / 2;
  };
  for (const [arrow, one] of words) {
    const way = ways.ways.get(arrow);
    if (one.gap === undefined || way === undefined) continue;
    const level = levelOf(arrow, ways);
    const [before, after] = around(items.get(level) ?? [], positions.middle(one.gap));
    if (before === undefined || after === undefined) continue;
    distances.atLeast(
      before.at,
      after.at,
      reach(before, "right", one) + one.width + 2 * metrics.wordMargin + reach(after, "left", one),
    );
  }
  const found = distances.solve();
  return {
    columns: Array.from({ length: ways.columns }, (_, column) => found[positions.column(column)] ?? 0),
    track: (gap, zone, distance) => found[positions.track(gap, zone, distance)] ?? 0,
    room: (arrow, gap) => {
      const [before, after] = around(items.get(levelOf(arrow, ways)) ?? [], positions.middle(gap));
      const said = words.get(arrow);
      const reached = (item: Item, side: "left" | "right"): number =>
        said === undefined ? 0 : reach(item, side, said);
      const room = (said?.width ?? 0) + 2 * metrics.wordMargin;
      const left = before && (found[before.at] ?? 0) + reached(before, "right");
      const right = after && (found[after.at] ?? 0) - reached(after, "left");
      return { left: left ?? (right ?? room) - room, right: right ?? (left ?? 0) + room };
    },
  };
}

/** The line or channel of an arrow's level stretch. */
export function levelOf(arrow: Arrow, { ways, spots }: Ways): number {
  const way = ways.get(arrow);
  if (way?.form === "around" || way?.form === "indices") return way.channel;
  const id = way?.form === "parts" ? arrow.to : arrow.from;
  return 2 * (spots.get(id)?.line ?? 0) + 1;
}

/** The channel beside the source in which the words of an upright arrow are. */
export function wordsChannel(arrow: Arrow, { spots }: Ways): number {
  const [from, to] = [spots.get(arrow.from)?.line ?? 0, spots.get(arrow.to)?.line ?? 0];
  return from < to ? 2 * from + 2 : 2 * from;
}

function around(items: readonly Item[], middle: number): readonly [Item | undefined, Item | undefined] {
  const after = items.findIndex(({ at }) => at > middle);
  return after < 0 ? [items.at(-1), undefined] : [items[after - 1], items[after]];
}

function itemsByLevel(
  ways: Ways,
  tracks: Tracks,
  words: ReadonlyMap<Arrow, Words>,
  faces: ReadonlyMap<number, Face>,
  positions: Positions,
  metrics: Metrics,
): ReadonlyMap<number, readonly Item[]> {
  const items = new Map<number, Map<number, Item>>();
  const add = (level: number, item: Item): void => {
    const row = items.get(level) ?? new Map<number, Item>();
    items.set(level, row);
    const other = row.get(item.at);
    row.set(item.at, {
      at: item.at,
      left: Math.max(item.left, other?.left ?? 0),
      right: Math.max(item.right, other?.right ?? 0),
      box: item.box ?? other?.box,
    });
  };
  for (const [id, { line, column }] of ways.spots) {
    const face = faces.get(id);
    if (face === undefined) continue;
    const [left, right] = reachOf(face, metrics);
    add(2 * line + 1, { at: positions.column(column), left, right, box: face });
  }
  for (const { gap, zone, distance, first, last } of tracks.uprights)
    for (let level = first; level <= last; level++)
      add(level, { at: positions.track(gap, zone, distance), left: 0, right: 0, box: undefined });
  for (const [arrow, { form }] of ways.ways) {
    if (form !== "shaft" && form !== "corner") continue;
    const [from, to] = [ways.spots.get(arrow.from), ways.spots.get(arrow.to)];
    if (from === undefined || to === undefined) continue;
    const one = words.get(arrow);
    const falls = from.line < to.line;
    const own = 2 * from.line + 1;
    const end = 2 * to.line + 1;
    const room = one === undefined ? 0 : one.width + 6;
    for (let level = Math.min(own, end); level <= Math.max(own, end); level++) {
      if (level === end || (level === own && form === "shaft")) continue;
      const said = level === wordsChannel(arrow, ways) ? room : 0;
      add(level, {
        at: positions.column(to.column),
        left: falls ? said : 0,
        right: falls ? 0 : said,
        box: undefined,
      });
    }
  }
  return new Map(
    [...items].map(([level, row]) => [level, [...row.values()].sort((a, b) => a.at - b.at)] as const),
  );
}

/** The order of all upright things: in every gap the tracks after the boxes before it, those before the boxes after it. */
class Positions {
  readonly count: number;
  readonly #starts: number[] = [];
  readonly #after: number[] = [];
  readonly #before: number[] = [];

  constructor(columns: number, uprights: readonly Upright[]) {
    const most = (gap: number, zone: Upright["zone"]): number => counts.get(`${gap}/${zone}`) ?? 0;
    const counts = new Map<string, number>();
    for (const { gap, zone, distance } of uprights) {
      const key = `${gap}/${zone}`;
      counts.set(key, Math.max(counts.get(key) ?? 0, distance + 1));
    }
    let next = 0;
    for (let gap = 0; gap <= columns; gap++) {
      this.#starts.push(next);
      this.#after.push(most(gap, "after"));
      this.#before.push(most(gap, "before"));
      next += most(gap, "after") + most(gap, "before") + 1;
    }
    this.count = next;
  }

  column(column: number): number {
    return (this.#starts[column + 1] ?? this.count) - 1;
  }

  track(gap: number, zone: Upright["zone"], distance: number): number {
    const start = this.#starts[gap] ?? 0;
    if (zone === "after") return start + distance;
    return start + (this.#after[gap] ?? 0) + (this.#before[gap] ?? 0) - 1 - distance;
  }

  /** Between the two kinds of tracks. */
  middle(gap: number): number {
    return (this.#starts[gap] ?? 0) + (this.#after[gap] ?? 0) - 0.5;
  }
}
