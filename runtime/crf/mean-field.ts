/** Mean-field inference for fully connected conditional random fields with Gaussian pairwise terms (Krähenbühl & Koltun 2011, algorithm 1). */
import { checkLengths, type GaussianFilter } from "./gaussian-filter.ts";

/** One Gaussian of the pairwise term: w · K. */
export interface PairwiseKernel {
  readonly weight: number;
  readonly filter: GaussianFilter;
}

/**
 * Iterates Q_i(l) ∝ exp(−U_i(l) + Σ_m w_m Σ_j K_m,ij Q_j(l)) from Q_i(l) ∝ exp(−U_i(l)), all points at once.
 *
 * This is the Potts model, whose label compatibility is [l ≠ l′]: what labels other than l send differs from this by a
 * term that is the same for every l. As in the authors' program the sum has the term j = i too.
 * @param unary U, [points, classes]: the negative logarithm of the probability, up to a constant at each point
 * @returns Q, [points, classes]: rows sum to one
 * @throws RangeError when lengths differ from points × classes
 */
export function meanField(
  unary: Float32Array,
  classes: number,
  kernels: readonly PairwiseKernel[],
  iterations: number,
): Float32Array {
  const exponent = new Float32Array(unary.length);
  const negate = () => {
    for (let i = 0; i < unary.length; i++) exponent[i] = -(unary[i] ?? 0);
  };
  for (const { filter } of kernels) checkLengths(filter.points, classes, unary);
  const probabilities = new Float32Array(unary.length);
  negate();
  normaliseExponentials(exponent, classes, probabilities);
  for (let iteration = 0; iteration < iterations; iteration++) {
    negate();
    for (const { weight, filter } of kernels) filter.accumulate(probabilities, classes, weight, exponent);
    normaliseExponentials(exponent, classes, probabilities);
  }
  return probabilities;
}

/** The softmax of every row; the largest exponent is taken off first, so that nothing overflows. */
function normaliseExponentials(exponents: Float32Array, classes: number, into: Float32Array): void {
  for (let start = 0; start < exponents.length; start += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      const exponent = exponents[start + c] ?? 0;
      if (exponent > largest) largest = exponent;
    }
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const value = Math.exp((exponents[start + c] ?? 0) - largest);
      into[start + c] = value;
      sum += value;
    }
    const share = 1 / sum;
    for (let c = 0; c < classes; c++) into[start + c] = (into[start + c] ?? 0) * share;
  }
}
