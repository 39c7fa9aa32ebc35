/**
 * The size of a feature map along one axis, as an exact function of one input size.
 *
 * Convolution, pooling, cropping and resampling make sizes that are linear in the input size up to a periodic part.
 * So a size is stored as its values: one by one for the smallest inputs, then one cycle that repeats and rises.
 */
export interface SizeFunction {
  /** The input size it depends on ("H"); `undefined` for a constant. */
  readonly symbol: string | undefined;
  /** Values at input sizes 0, 1, …, prefix.length − 1; `undefined` where the feature map does not exist. */
  readonly prefix: readonly (number | undefined)[];
  /** Values at the next `cycle.length` input sizes; after those the cycle repeats, each time `rise` higher. */
  readonly cycle: readonly (number | undefined)[];
  readonly rise: number;
}

/**
 * A size rule of an operation: output positions from input positions along one axis.
 * Given: `value(x + divisor) = value(x) + rise` for every x ≥ from, and `undefined` where there is no output position.
 */
export interface SizeStep {
  readonly value: (inputCells: number) => number | undefined;
  readonly divisor: number;
  readonly rise: number;
  readonly from: number;
}

/** A set of input sizes that is periodic from some size on: `prefix` then `cycle`, as in SizeFunction. */
export interface SizeSet {
  readonly symbol: string | undefined;
  readonly prefix: readonly boolean[];
  readonly cycle: readonly boolean[];
}
