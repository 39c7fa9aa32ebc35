/** Sums over all points, weighted by a Gaussian of the distance of their features: what mean-field inference passes as messages. */

/**
 * The matrix K with K_ij ≈ exp(−|f_i − f_j|² / 2), over points with features f in units of standard deviations, times factors of
 * its rows and columns if it was `scaled`. The term i = j is part of it.
 */
export interface GaussianFilter {
  readonly points: number;
  /**
   * target_i += factor · Σ_j K_ij values_j, for every channel.
   * @param values [points, channels]
   * @param target [points, channels], not the array of the values
   * @param transposed with K_ji in place of K_ij: what gradients pass back
   * @throws RangeError when a length is not points × channels
   */
  readonly accumulate: (
    values: Float32Array,
    channels: number,
    factor: number,
    target: Float32Array,
    transposed?: boolean,
  ) => void;
  /** The filter of D K D, D the diagonal matrix of the factors. */
  readonly scaled: (factors: Float32Array) => GaussianFilter;
}

/** A filter that stays what it is when it is scaled. */
export interface ScalableFilter<F> extends GaussianFilter {
  readonly scaled: (factors: Float32Array) => F & GaussianFilter;
}

/** @throws RangeError when an array is not [points, channels]. */
export function checkLengths(points: number, channels: number, ...arrays: readonly Float32Array[]): void {
  for (const { length } of arrays) {
    if (length !== points * channels) {
      throw new RangeError(`${length} values for ${points} points of ${channels} channels`);
    }
  }
}
