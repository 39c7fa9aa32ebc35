/** A batch of maps in float64, [batch, channels, height, width], and the loops over it. */
import type { Random } from "../../../runtime/random.ts";

export interface Maps {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

export type Cell = readonly [batch: number, channel: number, row: number, column: number];

export function maps(
  batch: number,
  channels: number,
  height: number,
  width: number,
  valueAt: (...cell: Cell) => number,
): Maps {
  const data = new Float64Array(batch * channels * height * width);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[at++] = valueAt(b, c, y, x);
    }
  }
  return { batch, channels, height, width, data };
}

/** The value of a cell, or `outside` where there is none. */
export function valueAt(map: Maps, [b, c, y, x]: Cell, outside = Number.NaN): number {
  if (y < 0 || x < 0 || y >= map.height || x >= map.width) return outside;
  return map.data[((b * map.channels + c) * map.height + y) * map.width + x] ?? Number.NaN;
}

export function addAt(map: Maps, [b, c, y, x]: Cell, value: number): void {
  if (y < 0 || x < 0 || y >= map.height || x >= map.width) return;
  const at = ((b * map.channels + c) * map.height + y) * map.width + x;
  map.data[at] = (map.data[at] ?? 0) + value;
}

/** One image with one channel, from its rows. */
export function picture(rows: readonly (readonly number[])[]): Maps {
  return maps(1, 1, rows.length, rows[0]?.length ?? 0, (_b, _c, y, x) => rows[y]?.[x] ?? Number.NaN);
}

/** The rows of the first channel of the first image. */
export function rowsOf(map: Maps): readonly (readonly number[])[] {
  return Array.from({ length: map.height }, (_, y) =>
    Array.from({ length: map.width }, (_, x) => valueAt(map, [0, 0, y, x])),
  );
}

/** Normal values that float32 holds exactly, so that both sides compute from the same. */
export function normalMaps(random: Random, shape: readonly [number, number, number, number]): Maps {
  return maps(...shape, () => Math.fround(random.normal()));
}

/** Values that all differ by at least 1/64 and stay as far from zero: no maximum and no kink within reach of a difference. */
export function distinctMaps(random: Random, shape: readonly [number, number, number, number]): Maps {
  const count = shape.reduce((a, b) => a * b);
  const order = random.shuffled(Array.from({ length: count }, (_, i) => i));
  let at = 0;
  return maps(...shape, () => ((order[at++] ?? 0) - Math.floor(count / 2) + 0.5) / 32);
}

/** Few different values: ties everywhere. */
export function tiedMaps(random: Random, shape: readonly [number, number, number, number]): Maps {
  return maps(...shape, () => random.integer(3));
}
