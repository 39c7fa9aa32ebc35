/**
 * Operations whose positions see all positions of a feature map, bins of it or windows of two, along one axis by their definitions
 * (docs/operations.md). As in definitions.ts, positions are created and counted one by one.
 */
import { type AxisMap, type Grid, gridAlong } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import { type Made, mapOf, overall } from "./definitions.ts";
import { fraction } from "./fraction.ts";

/** Of so many bins: position i reads from ⌊i · cells / bins⌋ up to ⌈(i + 1) · cells / bins⌉, where it would be if all were of one size. */
export function binned<T>(kind: CellKind<T>, map: AxisMap<T>, bins: number): Made<T> {
  const count = map.cells.length;
  const cells = Array.from({ length: bins }, (_, bin) => {
    const start = Math.floor((bin * count) / bins);
    const end = Math.ceil(((bin + 1) * count) / bins);
    return kind.combine(end - start, (tap) => map.cells[start + tap]);
  });
  return mapOf(cells, gridAlong(map.grid, fraction(count - bins, 2 * bins), fraction(count, bins)));
}

/** Each position from itself and from all positions of the others. */
function withAll<T>(
  kind: CellKind<T>,
  cells: readonly T[],
  others: readonly AxisMap<T>[],
  grid: Grid | undefined,
): Made<T> {
  const all = others.flatMap((other) => other.cells);
  const seen = kind.combine(all.length, (tap) => all[tap]);
  return mapOf(
    cells.map((cell) => kind.combine(2, (tap) => (tap === 0 ? cell : seen))),
    grid,
  );
}

/** Every position from all of its own feature map, where it is. */
export function overSpace<T>(kind: CellKind<T>, map: AxisMap<T>): Made<T> {
  return withAll(kind, map.cells, [map], map.grid);
}

/** Each query from itself and from all keys and values, which are equally many. */
export function attended<T>(
  kind: CellKind<T>,
  query: AxisMap<T>,
  keys: AxisMap<T>,
  values: AxisMap<T>,
): Made<T> {
  if (keys.cells.length !== values.cells.length) return undefined;
  return withAll(kind, query.cells, [keys, values], query.grid);
}

/** So many positions, which are at no place of the input, each from all of both feature maps, which have equally many. */
export function gathered<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  regions: AxisMap<T>,
  positions: number,
): Made<T> {
  if (map.cells.length !== regions.cells.length) return undefined;
  const [seen] = overall(kind, { cells: [...map.cells, ...regions.cells], grid: undefined })?.cells ?? [];
  if (seen === undefined) return undefined;
  return mapOf(
    Array.from({ length: positions }, () => seen),
    undefined,
  );
}

/** Each position from itself and all that was gathered, which must be so many. */
export function distributed<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  gathered: AxisMap<T>,
  positions: number,
): Made<T> {
  if (gathered.cells.length !== positions) return undefined;
  return withAll(kind, map.cells, [gathered], map.grid);
}

/**
 * So many mean-field iterations: each reads, around every position, the scores before it and two normalisations of the kernels,
 * which read the guide around theirs.
 */
export function randomField<T>(
  kind: CellKind<T>,
  scores: AxisMap<T>,
  guide: AxisMap<T>,
  window: number | "all",
  iterations: number,
): Made<T> {
  if (scores.cells.length !== guide.cells.length) return undefined;
  if (iterations === 0) return mapOf(scores.cells, scores.grid);
  const grid = scores.grid ?? guide.grid;
  if (window === "all") return withAll(kind, scores.cells, [scores, guide], grid);
  const first = (place: number): number => place - (window - 1) / 2;
  const norms = guide.cells.map((_, place) => kind.combine(window, (tap) => guide.cells[first(place) + tap]));
  let cells = scores.cells;
  for (let turn = 0; turn < iterations; turn += 1) {
    const before = cells;
    cells = before.map((_, place) =>
      kind.combine(2 * window + 1, (tap) => {
        if (tap === 2 * window) return scores.cells[place];
        const from = tap < window ? before : norms;
        return from[first(place) + (tap % window)];
      }),
    );
  }
  return mapOf(cells, grid);
}
