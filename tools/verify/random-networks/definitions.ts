/**
 * The operations along one axis by their definitions (docs/operations.md): positions are created and counted one by one.
 * `undefined` is a feature map without positions. Nothing here uses the compiler's size rules or geometry.
 */
import { type AxisMap, type Grid, gridAlong } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import { fraction, plus, times } from "./fraction.ts";

export interface Border {
  readonly before: number;
  readonly after: number;
}

export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly border: Border;
  readonly ceil: boolean;
}

export type Made<T> = AxisMap<T> | undefined;

export function mapOf<T>(cells: readonly T[], grid: Grid | undefined): Made<T> {
  return cells.length === 0 ? undefined : { cells, grid };
}

/** Windows one after the other until the next does not fit; in ceil mode, until one has reached the end of the padded feature map. */
export function windows<T>(kind: CellKind<T>, map: AxisMap<T>, window: Window): Made<T> {
  const { kernel, stride, dilation, border, ceil } = window;
  const reach = (kernel - 1) * dilation + 1;
  const end = map.cells.length + border.after;
  const cells: T[] = [];
  let start = -border.before;
  const tapped = (tap: number): T | undefined => map.cells[start + tap * dilation];
  for (; ; start += stride) {
    const reachedEnd = start - stride + reach >= end;
    const more = ceil ? !reachedEnd && start < map.cells.length : start + reach <= end;
    if (!more) break;
    cells.push(kind.combine(kernel, tapped));
  }
  // A window is centred on its taps.
  const middle = fraction((kernel - 1) * dilation - 2 * border.before, 2);
  return mapOf(cells, gridAlong(map.grid, middle, fraction(stride)));
}

/** Windows that each hold a position of the feature map: there is no maximum or mean of nothing. */
export function pooled<T>(kind: CellKind<T>, map: AxisMap<T>, window: Window): Made<T> {
  const made = windows(kind, map, window);
  const holdsNone = made?.cells.some((_, cell) => !holdsPosition(cell, map.cells.length, window));
  return holdsNone === true ? undefined : made;
}

/** Whether some tap of the window is one of so many positions. */
function holdsPosition(
  cell: number,
  positions: number,
  { kernel, stride, dilation, border }: Window,
): boolean {
  for (let tap = 0; tap < kernel; tap += 1) {
    const place = cell * stride - border.before + tap * dilation;
    if (place >= 0 && place < positions) return true;
  }
  return false;
}

/** Every position contributes to `kernel` positions, `stride` apart from one position to the next; then the border is cropped. */
export function transposed<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  kernel: number,
  stride: number,
  border: Border,
): Made<T> {
  const made = stride * (map.cells.length - 1) + kernel - border.before - border.after;
  const cells: T[] = [];
  let nearest = 0;
  const tapped = (index: number): T | undefined => map.cells[nearest - index];
  for (let cell = 0; cell < made; cell += 1) {
    // The taps that are a whole number of strides from it: the first, and every `stride`th after that.
    const firstTap = (cell + border.before) % stride;
    const sources = Math.max(0, Math.ceil((kernel - firstTap) / stride));
    nearest = (cell + border.before - firstTap) / stride;
    cells.push(kind.combine(sources, tapped));
  }
  // A position is centred on those it contributes to: position 0 is at (kernel − 1)/2 − before.
  const step = fraction(1, stride);
  const first = times(fraction(2 * border.before - (kernel - 1), 2), step);
  return mapOf(cells, gridAlong(map.grid, first, step));
}

const nothing = (): undefined => undefined;

/** Each value at the start of a window of zeros. */
export function nails<T>(kind: CellKind<T>, map: AxisMap<T>, factor: number): Made<T> {
  const cells: T[] = [];
  for (const cell of map.cells) {
    cells.push(cell);
    for (let zero = 1; zero < factor; zero += 1) cells.push(kind.combine(0, nothing));
  }
  return mapOf(cells, gridAlong(map.grid, fraction(0), fraction(1, factor)));
}

/** `results` positions at half-pixel centres: the position ⌊o · cells / results⌋, or linear interpolation between the two positions around the centre. */
export function resampled<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  results: number,
  mode: "nearest" | "bilinear",
): Made<T> {
  const count = map.cells.length;
  const cells: T[] = [];
  for (let cell = 0; cell < results; cell += 1) {
    if (mode === "nearest") {
      cells.push(kind.combine(1, () => map.cells[Math.floor((cell * count) / results)]));
      continue;
    }
    // The centre is at coordinate over / (2 · results).
    cells.push(line(kind, map, (2 * cell + 1) * count - results, 2 * results));
  }
  const first = plus(fraction(count, 2 * results), fraction(-1, 2));
  return mapOf(cells, gridAlong(map.grid, first, fraction(count, results)));
}

/** `results` positions with the first and last on the first and last; a single one on the first. */
export function cornersAligned<T>(kind: CellKind<T>, map: AxisMap<T>, results: number): Made<T> {
  const count = map.cells.length;
  if (results === 1) return mapOf([kind.combine(1, () => map.cells[0])], map.grid);
  const cells = Array.from({ length: results }, (_, cell) =>
    line(kind, map, cell * (count - 1), results - 1),
  );
  const grid = count === 1 ? undefined : gridAlong(map.grid, fraction(0), fraction(count - 1, results - 1));
  return mapOf(cells, grid);
}

/** Linear interpolation at coordinate over / under; beyond the outermost positions there is nothing to interpolate with. */
function line<T>(kind: CellKind<T>, map: AxisMap<T>, over: number, under: number): T {
  const low = Math.floor(over / under);
  return kind.combine(over % under === 0 ? 1 : 2, (tap) => map.cells[low + tap]);
}

export function cut<T>(map: AxisMap<T>, before: number, count: number): Made<T> {
  if (before < 0 || count < 1 || before + count > map.cells.length) return undefined;
  return mapOf(map.cells.slice(before, before + count), gridAlong(map.grid, fraction(before), fraction(1)));
}

/** Positions added: zeros or a constant, the border position, or the feature map mirrored about its border position, which must have the positions to mirror. */
export function padded<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  { before, after }: Border,
  mode: "zeros" | "constant" | "reflect" | "edge",
): Made<T> {
  const last = map.cells.length - 1;
  const cells: T[] = [];
  for (let place = -before; place <= last + after; place += 1) {
    const inside = map.cells[place];
    if (inside !== undefined) {
      cells.push(inside);
      continue;
    }
    if (mode === "zeros" || mode === "constant") {
      cells.push(kind.combine(1, () => undefined));
      continue;
    }
    const mirrored = place < 0 ? -place : 2 * last - place;
    const source = map.cells[mode === "edge" ? Math.min(Math.max(place, 0), last) : mirrored];
    if (source === undefined) return undefined;
    cells.push(kind.copy(source));
  }
  return mapOf(cells, gridAlong(map.grid, fraction(-before), fraction(1)));
}

/** One position computed from all. */
export function overall<T>(kind: CellKind<T>, map: AxisMap<T>): Made<T> {
  return mapOf([kind.combine(map.cells.length, (tap) => map.cells[tap])], undefined);
}

/**
 * Values scattered to the pooling indices: a position takes the value of every window that holds it, and depends on that
 * value and on all that decided where the window's maximum is.
 */
export function unpooled<T>(
  kind: CellKind<T>,
  values: AxisMap<T>,
  pool: AxisMap<T>,
  poolInput: AxisMap<T>,
  { kernel, stride, dilation, border }: Window,
): Made<T> {
  if (values.cells.length !== pool.cells.length) return undefined;
  const cells = poolInput.cells.map((_, cell) => {
    const holders: number[] = [];
    for (let tap = 0; tap < kernel; tap += 1) {
      const holder = (cell + border.before - tap * dilation) / stride;
      if (Number.isInteger(holder)) holders.push(holder);
    }
    return kind.combine(2 * holders.length, (index) => {
      const holder = holders[Math.floor(index / 2)] ?? -1;
      return index % 2 === 0 ? pool.cells[holder] : values.cells[holder];
    });
  });
  return mapOf(cells, poolInput.grid);
}

/**
 * Position i from position i of every feature map, and from the only one of those that are repeated; only where the others have
 * equally many positions. Its grid is the first one that these have.
 */
export function joined<T>(
  kind: CellKind<T>,
  maps: readonly AxisMap<T>[],
  repeated: readonly boolean[],
): Made<T> {
  const placed = maps.filter((_, map) => repeated[map] !== true);
  const [first] = placed;
  if (first === undefined || placed.some((map) => map.cells.length !== first.cells.length)) return undefined;
  let cell = 0;
  const tapped = (map: number): T | undefined => maps[map]?.cells[repeated[map] === true ? 0 : cell];
  const cells: T[] = [];
  for (; cell < first.cells.length; cell += 1) cells.push(kind.combine(maps.length, tapped));
  return mapOf(
    cells,
    placed.map((map) => map.grid).find((grid) => grid !== undefined),
  );
}
