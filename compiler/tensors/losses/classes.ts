/** Losses of classes and of distributions over them, from logits. One channel is the logit of class 1 against class 0. */
import type { Calls } from "../calls.ts";
import { softmaxOf } from "../passes/expand/pointwise.ts";
import { four, type Value } from "../value.ts";
import type { LossFormula, LossOperands } from "./formula.ts";

/** −log p of the target's class, times the position's weight. */
export const crossEntropy: LossFormula<"cross_entropy"> = {
  compares: "classes",
  values: (operands) => weightedCrossEntropy(operands),
};

/** Xie & Tu 2015 (HED), equation 2: the host's weights are the shares of the other class in each image. */
export const balancedCrossEntropy: LossFormula<"balanced_cross_entropy"> = {
  compares: "classes",
  values: (operands) => weightedCrossEntropy(operands),
};

function weightedCrossEntropy({ build, map, target, valid }: LossOperands): Value {
  const channels = four(map.shape)[1];
  if (channels > 1) return build.multiply(entropy(build, map, build.oneHot(target, 1, channels)), valid);
  // log(1 + eˣ) − x y, from differences to the larger of 0 and x
  const largest = build.stopGradient(build.maximum(map, 0));
  const powers = build.add(build.exp(build.negate(largest)), build.exp(build.subtract(map, largest)));
  const both = build.add(build.log(powers), largest);
  const chosen = build.multiply(map, build.convert(target, "float32"));
  return build.multiply(build.subtract(both, chosen), valid);
}

/** log Σ eˣ − Σ t x over the channels, where Σ t is 1: from differences to the largest x. */
function entropy(build: Calls, logits: Value, target: Value): Value {
  const shifted = build.subtract(logits, build.stopGradient(build.max(logits, [1])));
  const sums = build.log(build.sum(build.exp(shifted), [1]));
  return build.subtract(sums, build.sum(build.multiply(shifted, target), [1]));
}

/** Zhang, Isola & Efros 2016, equation 2: −w Σ t log p. */
export const softCrossEntropy: LossFormula<"soft_cross_entropy"> = {
  compares: "distributions",
  values: ({ build, map, target, valid }) => build.multiply(entropy(build, map, target), valid),
};

/** Against empty classes. */
const smoothing = 1;

/**
 * 1 − (2 Σ p t + s) / (Σ p + Σ t + s) of each class over the whole batch (Milletari et al. 2016, equation 1, with plain sums in the
 * denominator), 0 for classes that do not occur. Of one channel: class 1 alone, whether it occurs or not.
 */
export const dice: LossFormula<"dice"> = {
  compares: "classes",
  values: (operands) => {
    const { build } = operands;
    const { probabilities, target, valid, occurs } = classAreas(operands);
    const total = (value: Value) => build.sum(value, [0, 2, 3]);
    const overlap = build.add(build.multiply(total(build.multiply(probabilities, target)), 2), smoothing);
    const areas = build.add(total(build.multiply(probabilities, valid)), total(target));
    const missed = build.subtract(1, build.divide(overlap, build.add(areas, smoothing)));
    return build.multiply(missed, occurs);
  },
};

/** Probabilities and targets of the classes that are compared; `occurs`: 1 for those that count, [1, classes, 1, 1]. */
function classAreas({ build, map, target, valid }: LossOperands) {
  const channels = four(map.shape)[1];
  const single = channels === 1;
  const probabilities = single ? build.sigmoid(map) : softmaxOf(build, map);
  const classes = single ? build.convert(target, "float32") : build.oneHot(target, 1, channels);
  const known = build.multiply(classes, valid);
  const found = build.convert(build.compare(build.sum(known, [0, 2, 3]), "greater", 0), "float32");
  const occurs = single ? build.fill(1, [1, 1, 1, 1]) : found;
  return { probabilities, target: known, valid, occurs };
}
