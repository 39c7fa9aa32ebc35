/** Samples for comparing augmentations with their formulas, and how far a result is from what the formula gives. */
import { expect } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { augmentLayer } from "../../runtime/data/augment/apply.ts";
import { drawAugmentation } from "../../runtime/data/augment/draw.ts";
import type { Sample } from "../../runtime/data/sample.ts";
import { Random } from "../../runtime/random.ts";
import { float64 } from "../../tools/documentation/learning-record.ts";
import { recordEntry } from "../numeric/record-entry.ts";
import { classes, imageOf } from "./plans.ts";

export const [height, width] = [13, 17];
export const always = { probability: 1 } as const;

/** Of float32, for values from 0 to 1. */
const tolerance = 5e-7;

/** Random levels of 0 … 255, and classes 0 … 4. */
export function sampleOf(channels: number, [rows, columns] = [height, width], seed = 9): Sample {
  const random = new Random(seed);
  const levels = Uint8Array.from({ length: rows * columns * channels }, () => random.integer(256));
  const labels = Int16Array.from({ length: rows * columns }, () => random.integer(5));
  return {
    height: rows,
    width: columns,
    layers: new Map([
      [imageOf(channels).key, { channels, fullScale: 255, values: levels }],
      [classes.key, { channels: 1, fullScale: 1, values: labels }],
    ]),
  };
}

export function augmented(
  sample: Sample,
  augment: readonly AugmentationConfiguration[],
  seed: number,
  channels = 1,
) {
  const drawn = drawAugmentation(augment, [sample.height, sample.width], new Random(seed));
  const size = drawn.map.height * drawn.map.width;
  const image = new Float32Array(size * channels);
  const labels = new Int32Array(size);
  augmentLayer(sample, imageOf(channels), drawn, "input", new Random(1), image);
  augmentLayer(sample, classes, drawn, "target", new Random(1), labels);
  return { image, labels, height: drawn.map.height, width: drawn.map.width };
}

export function valuesOf(sample: Sample, channels = 1): readonly number[] {
  const layer = sample.layers.get(imageOf(channels).key);
  return Array.from(layer?.values ?? [], (value) => value / 255);
}

export const mirrored = (i: number, size: number): number =>
  i < 0 ? mirrored(-1 - i, size) : i >= size ? mirrored(2 * size - 1 - i, size) : i;

/** The value at a point, where pixel i is centred at i + 1/2: the four nearest, each with the area of its tent. */
export function bilinear(values: readonly number[], y: number, x: number): number {
  let sum = 0;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++)
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const weight = Math.max(0, 1 - Math.abs(row + 0.5 - y)) * Math.max(0, 1 - Math.abs(column + 0.5 - x));
      sum += weight * (values[mirrored(row, height) * width + mirrored(column, width)] ?? Number.NaN);
    }
  return sum;
}

/** Compares values from 0 to 1 with what the formula of an augmentation gives, and records how far they are from it. */
export function expectValues(
  name: AugmentationConfiguration["kind"],
  found: ArrayLike<number>,
  expected: readonly number[],
): void {
  expect(found.length).toBe(expected.length);
  const error = expected.reduce(
    (most, value, i) => Math.max(most, Math.abs((found[i] ?? Number.NaN) - value)),
    0,
  );
  expect(error, name).toBeLessThan(tolerance);
  recordAugmentation(name, error);
}

/** @param error of values from 0 to 1 */
export function recordAugmentation(name: AugmentationConfiguration["kind"], error: number): void {
  recordEntry({ catalogue: "augmentations", name, computer: float64, value: error, gradient: undefined });
}

/** The image bilinearly and mirrored, labels by the pixel that contains the point and ignored outside. @param source of a point of the result */
export function expectMoved(
  augment: AugmentationConfiguration,
  seed: number,
  source: (y: number, x: number) => readonly [y: number, x: number],
): void {
  const sample = sampleOf(1);
  const result = augmented(sample, [augment], seed);
  const values = valuesOf(sample);
  const known = sample.layers.get(classes.key)?.values ?? [];
  const points = Array.from({ length: result.height * result.width }, (_, i) =>
    source(Math.floor(i / result.width) + 0.5, (i % result.width) + 0.5),
  );
  expectValues(
    augment.kind,
    result.image,
    points.map(([y, x]) => bilinear(values, y, x)),
  );
  for (const [i, [y, x]] of points.entries()) {
    const near = [y, x].some((at) => Math.abs(at - Math.round(at)) < 1e-9); // between two pixels, rounding decides
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    if (!near) expect(result.labels[i]).toBe(inside ? known[Math.floor(y) * width + Math.floor(x)] : -1);
  }
}
