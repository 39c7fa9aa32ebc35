/** The values of a tensor in a few numbers. */
import { type StoredTensor, valuesOf } from "./tensor-file.ts";

export interface TensorStatistics {
  /** Of the finite values; `null`: there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** The square root of the sum of squares. */
  readonly norm: number | null;
  /** Values that are NaN or infinite in float32. */
  readonly notFinite: number;
}

/** `undefined`: integers, truth values and floats of 8 bits. */
export function statisticsOf(tensor: StoredTensor): TensorStatistics | undefined {
  const values = valuesOf(tensor);
  if (values === undefined) return undefined;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  let finite = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    finite += 1;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  const notFinite = values.length - finite;
  if (finite === 0) return { min: null, max: null, mean: null, norm: null, notFinite };
  return { min, max, mean: sum / finite, norm: Math.sqrt(squares), notFinite };
}
