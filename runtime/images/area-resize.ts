/**
 * Images resized as a whole: a pixel of the result is the mean of the pixels that it covers, each by the share that it covers; where it
 * covers less than one, bilinear between pixel centres.
 */
import type { Raster } from "./raster.ts";
import type { ImageRows } from "./rows/image-rows.ts";

/** Pixels of the source with their shares, which add up to 1. */
type Sources = readonly (readonly [pixel: number, share: number])[];

/** Takes rows from the first to the last. */
class AreaResizer {
  readonly #sums: Float64Array;
  readonly #across: readonly Sources[];
  /** By row of the source: the rows of the result that have a share of it. */
  readonly #down: readonly (readonly [row: number, share: number])[][];
  readonly #channels: number;

  constructor(
    [height, width, channels]: readonly [height: number, width: number, channels: number],
    [rows, columns]: readonly [height: number, width: number],
  ) {
    this.#sums = new Float64Array(rows * columns * channels);
    this.#channels = channels;
    this.#across = sourcesOf(width, columns);
    const down: [row: number, share: number][][] = Array.from({ length: height }, () => []);
    for (const [row, sources] of sourcesOf(height, rows).entries())
      for (const [pixel, share] of sources) down[pixel]?.push([row, share]);
    this.#down = down;
  }

  /** @param at of the source; `sample`: its values of 0 … 1 by index, [width, channels] */
  add(at: number, sample: (index: number) => number): void {
    const channels = this.#channels;
    const length = this.#across.length * channels;
    for (const [column, sources] of this.#across.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let value = 0;
        for (const [pixel, share] of sources) value += share * sample(pixel * channels + channel);
        for (const [row, share] of this.#down[at] ?? []) {
          const to = row * length + column * channels + channel;
          this.#sums[to] = (this.#sums[to] ?? 0) + share * value;
        }
      }
    }
  }

  /** [height, width, channels] */
  get result(): Float64Array {
    return this.#sums;
  }
}

/**
 * @param samples [height, width, channels], 0 … 1
 * @param target of the values of the result, [height, width, channels]
 */
export function resizeSamples(
  samples: Float32Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  size: readonly [height: number, width: number],
  target: Float32Array,
): void {
  const resizer = new AreaResizer([height, width, channels], size);
  for (let row = 0; row < height; row++) {
    const start = row * width * channels;
    resizer.add(row, (index) => samples[start + index] ?? 0);
  }
  target.set(resizer.result);
}

/** As `resizeSamples`, of all rows of an image, read one after the other; samples of 0 … 1. */
export async function resizedImage(
  rows: ImageRows,
  size: readonly [height: number, width: number],
): Promise<Raster> {
  const { height, width, channels, fullScale } = rows;
  const resizer = new AreaResizer([height, width, channels], size);
  for (let row = 0; row < height; ) {
    const { data, height: read } = await rows.next(32);
    if (read === 0) throw new Error(`row ${row} of an image is missing`);
    for (let each = 0; each < read; each++, row++) {
      const start = each * width * channels;
      // float32, as the samples of batches are
      resizer.add(row, (index) => Math.fround((data[start + index] ?? 0) / fullScale));
    }
  }
  const data = Float32Array.from(resizer.result);
  return { height: size[0], width: size[1], channels, fullScale: 1, data };
}

/** For each of `to` pixels, those of `from` that make it. */
function sourcesOf(from: number, to: number): readonly Sources[] {
  return Array.from({ length: to }, (_, pixel) =>
    to > from ? between(pixel, from, to) : covered(pixel, from, to),
  );
}

function between(pixel: number, from: number, to: number): Sources {
  const at = Math.min(Math.max(((pixel + 0.5) * from) / to - 0.5, 0), from - 1);
  const first = Math.floor(at);
  const share = at - first;
  return share === 0
    ? [[first, 1]]
    : [
        [first, 1 - share],
        [first + 1, share],
      ];
}

function covered(pixel: number, from: number, to: number): Sources {
  const [start, end] = [(pixel * from) / to, ((pixel + 1) * from) / to];
  const sources: [number, number][] = [];
  for (let at = Math.floor(start); at < end && at < from; at++) {
    const share = (Math.min(end, at + 1) - Math.max(start, at)) / (end - start);
    if (share > 0) sources.push([at, share]);
  }
  return sources;
}
