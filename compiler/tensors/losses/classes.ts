/** Losses of classes and of distributions over them, from logits. One channel is the logit of class 1 against class 0. */
import { softmaxOf } from "../passes/expand/pointwise.ts";
import type { Calls } from "../primitives/calls.ts";
import { four, type Value } from "../value.ts";
import type { LossFormula, LossOperands } from "./formula.ts";

/** −log p of the target's class, times the position's weight. */
export const crossEntropy: LossFormula<"cross_entropy"> = weightedCrossEntropy;

/** Xie & Tu 2015 (HED), equation 2: the host's weights are the shares of the other class in each image. */
export const balancedCrossEntropy: LossFormula<"balanced_cross_entropy"> = weightedCrossEntropy;

function weightedCrossEntropy(operands: LossOperands): Value {
  const { build, valid } = operands;
  return build.multiply(build.negate(ofTrueClass(operands).logarithm), valid);
}

/** Keeps the logarithm of 1 − p finite. */
const least = 1e-30;

/** −(1 − p)^gamma log p of the target's class (Lin et al. 2017, equation 4). */
export const focal: LossFormula<"focal"> = (operands, { gamma }) => {
  const { build, valid } = operands;
  if (gamma === 0) return weightedCrossEntropy(operands);
  const { logarithm, rest } = ofTrueClass(operands);
  const modulation = build.exp(build.multiply(build.log(build.maximum(rest, least)), gamma));
  return build.multiply(build.negate(build.multiply(modulation, logarithm)), valid);
};

/** Of the target's class, [batch, 1, height, width]: log p, and 1 − p without cancellation. */
function ofTrueClass({ build, map, target }: LossOperands) {
  const channels = four(map.shape)[1];
  if (channels > 1) {
    const classes = build.oneHot(target, 1, channels);
    const { shifted, powers, sums } = exponentials(build, map);
    const others = build.sum(build.multiply(powers, build.subtract(1, classes)), [1]);
    const chosen = build.sum(build.multiply(shifted, classes), [1]);
    return { logarithm: build.subtract(chosen, build.log(sums)), rest: build.divide(others, sums) };
  }
  // p = 1 / (1 + e^z) with z the logit of the other class; from differences to the larger of 0 and z
  const sign = build.subtract(1, build.multiply(build.convert(target, "float32"), 2));
  const other = build.multiply(map, sign);
  const largest = build.stopGradient(build.maximum(other, 0));
  const sums = build.add(build.exp(build.negate(largest)), build.exp(build.subtract(other, largest)));
  const logarithm = build.negate(build.add(build.log(sums), largest));
  return { logarithm, rest: build.sigmoid(other) };
}

/** eˣ over the channels, from differences to the largest x. */
function exponentials(build: Calls, logits: Value) {
  const shifted = build.subtract(logits, build.stopGradient(build.max(logits, [1])));
  const powers = build.exp(shifted);
  return { shifted, powers, sums: build.sum(powers, [1]) };
}

/** Zhang, Isola & Efros 2016, equation 2: −w Σ t log p, where Σ t is 1. */
export const softCrossEntropy: LossFormula<"soft_cross_entropy"> = ({ build, map, target, valid }) => {
  const { shifted, sums } = exponentials(build, map);
  const expected = build.sum(build.multiply(shifted, target), [1]);
  return build.multiply(build.subtract(build.log(sums), expected), valid);
};

/** Against empty classes. */
const smoothing = 1;

/** N = both Σ p t + s and D = shared Σ p t + predicted Σ p + labelled Σ t + s. */
interface Ratio {
  readonly both: number;
  readonly shared: number;
  readonly predicted: number;
  readonly labelled: number;
}

/** Milletari et al. 2016, equation 1, with plain sums in the denominator: N = 2 Σ p t + s, D = Σ p + Σ t + s. */
export const dice: LossFormula<"dice"> = (operands) =>
  overlap(operands, { both: 2, shared: 0, predicted: 1, labelled: 1 });

/** Salehi, Erdogmus & Gholipour 2017, equation 1: N = Σ p t + s, D = Σ p t + α Σ p (1 − t) + β Σ (1 − p) t + s. */
export const tversky: LossFormula<"tversky"> = (operands, { alpha, beta }) =>
  overlap(operands, { both: 1, shared: 1 - alpha - beta, predicted: alpha, labelled: beta });

/**
 * 1 − N / D of each class over the whole batch, 0 for classes that do not occur. Of one channel: class 1 alone, whether it occurs or
 * not.
 */
function overlap({ build, map, target, valid }: LossOperands, ratio: Ratio): Value {
  const channels = four(map.shape)[1];
  const single = channels === 1;
  const probabilities = single ? build.sigmoid(map) : softmaxOf(build, map);
  const classes = single ? build.convert(target, "float32") : build.oneHot(target, 1, channels);
  const known = build.multiply(classes, valid);
  const total = (value: Value) => build.sum(value, [0, 2, 3]);
  const common = total(build.multiply(probabilities, known));
  const labelled = total(known);
  const above = build.add(build.multiply(common, ratio.both), smoothing);
  const predicted = build.multiply(total(build.multiply(probabilities, valid)), ratio.predicted);
  const areas = build.add(predicted, build.multiply(labelled, ratio.labelled));
  const below = build.add(build.add(build.multiply(common, ratio.shared), areas), smoothing);
  const missed = build.subtract(1, build.divide(above, below));
  return single
    ? missed
    : build.multiply(missed, build.convert(build.compare(labelled, "greater", 0), "float32"));
}
