/** Losses of single positions, of classes and of distributions over them, from logits. */
import type { Value } from "../value.ts";
import type { LossFormula, LossOperands } from "./formula.ts";
import { exponentials, meanLogarithm, ofTrueClass } from "./probabilities.ts";

/**
 * −w Σ q log p, where q is 1 − ε for the target's class plus ε / classes for each (Szegedy et al. 2016, section 7); w is the position's
 * weight.
 */
export const crossEntropy: LossFormula<"cross_entropy"> = (operands, { labelSmoothing }) => {
  if (labelSmoothing === 0) return weightedCrossEntropy(operands);
  const { build, valid } = operands;
  const right = build.multiply(ofTrueClass(operands).logarithm, 1 - labelSmoothing);
  const all = build.multiply(meanLogarithm(operands), labelSmoothing);
  return build.multiply(build.negate(build.add(right, all)), valid);
};

/** Xie & Tu 2015 (HED), equation 2: the host's weights are the shares of the other class in each image. */
export const balancedCrossEntropy: LossFormula<"balanced_cross_entropy"> = weightedCrossEntropy;

/** −log p of the target's class, times the position's weight. */
export function weightedCrossEntropy(operands: LossOperands): Value {
  const { build, valid } = operands;
  return build.multiply(build.negate(ofTrueClass(operands).logarithm), valid);
}

/** Keeps the logarithm of 1 − p finite. */
const least = 1e-30;

/** −w (1 − p)^gamma log p of the target's class (Lin et al. 2017, equations 4 and 5). */
export const focal: LossFormula<"focal"> = (operands, { gamma }) => {
  const { build, valid } = operands;
  if (gamma === 0) return weightedCrossEntropy(operands);
  const { logarithm, rest } = ofTrueClass(operands);
  const modulation = build.exp(build.multiply(build.log(build.maximum(rest, least)), gamma));
  return build.multiply(build.negate(build.multiply(modulation, logarithm)), valid);
};

/** Zhang, Isola & Efros 2016, equation 2: −w Σ t log p, where Σ t is 1. */
export const softCrossEntropy: LossFormula<"soft_cross_entropy"> = ({ build, map, target, valid }) => {
  const { shifted, sums } = exponentials(build, map);
  const expected = build.sum(build.multiply(shifted, target), [1]);
  return build.multiply(build.subtract(build.log(sums), expected), valid);
};
