/** Weights in float64, in the graph's layout. */
import type { Random } from "../../../runtime/random.ts";

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Weights = Readonly<Record<string, Weight>>;

export function weightAt(weights: Weights, name: string, ...place: readonly number[]): number {
  const weight = weights[name];
  if (weight === undefined) throw new Error(`no weight ${name}`);
  const at = place.reduce((flat, index, axis) => flat * (weight.shape[axis] ?? 0) + index, 0);
  return weight.data[at] ?? Number.NaN;
}

/** Normal values that float32 holds exactly. */
export function normalWeight(random: Random, shape: readonly number[]): Weight {
  const count = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float64Array.from({ length: count }, () => Math.fround(random.normal())) };
}

/** Values in [0.5, 2) that float32 holds exactly: variances, scales. */
export function positiveWeight(random: Random, shape: readonly number[]): Weight {
  const count = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float64Array.from({ length: count }, () => Math.fround(random.between(0.5, 2))) };
}
