/** Symmetric normalisation of a Gaussian filter. */
import type { ScalableFilter } from "./gaussian-filter.ts";

/**
 * D^−½ K D^−½, where D holds the row sums of K: a point with many similar points receives no more from them together than an isolated point
 * receives from itself, and the matrix stays symmetric where K is. The program of Krähenbühl & Koltun (2013) does so by
 * default, and published kernel weights assume it.
 */
export function normaliseSymmetrically<F extends ScalableFilter<F>>(filter: F): F {
  const sums = new Float32Array(filter.points);
  filter.accumulate(new Float32Array(filter.points).fill(1), 1, 1, sums);
  return filter.scaled(
    sums.map((sum) => {
      // A point weighs itself, so no sum is 0.
      if (!(sum > 0)) throw new Error(`a Gaussian sums to ${sum} at a point`);
      return 1 / Math.sqrt(sum);
    }),
  );
}
