/** Losses of positions in the order of their errors. */
import { elementCount, four, type Value } from "../value.ts";
import { weightedCrossEntropy } from "./classes.ts";
import type { LossFormula } from "./formula.ts";
import { classAreas } from "./probabilities.ts";

/**
 * Berman, Rannen Triki & Blaschko 2018, algorithm 1, of each class over the batch: Σ_k m_k (J_k − J_(k−1)) with the errors m = |t − p| in
 * falling order. With I and U the intersection and the union if the first k were wrong, J_k − J_(k−1) is 1 / U where the k-th has the
 * class and I / (U (U − 1)) where it has not; it is not differentiated. Positions that are not known have the error 0.
 *
 * Of one channel: class 1 alone. Where that does not occur, the loss is the largest error.
 */
export const lovaszSoftmax: LossFormula<"lovasz_softmax"> = (operands) => {
  const { build, valid, classWeights } = operands;
  const { probabilities, labels } = classAreas(operands);
  const channels = four(probabilities.shape)[1];
  const inLines = (values: Value) =>
    build.reshape(build.transpose(values, [1, 0, 2, 3]), [channels, elementCount(values.shape) / channels]);
  const errors = build.multiply(build.abs(build.subtract(labels, probabilities)), valid);
  const [sorted, places] = build.sort(inLines(errors), 1);
  const wrong = build.gather(inLines(labels), places);
  const all = build.sum(wrong, [1]);
  const left = build.subtract(all, build.cumulativeSum(wrong, 1));
  const union = build.add(all, build.cumulativeSum(build.subtract(1, wrong), 1));
  const outside = build.divide(left, build.multiply(union, build.maximum(build.subtract(union, 1), 1)));
  const steps = build.add(build.divide(wrong, union), build.multiply(build.subtract(1, wrong), outside));
  const found = build.sum(build.multiply(sorted, build.stopGradient(steps)), [1]);
  const occurs = build.convert(build.compare(all, "greater", 0), "float32");
  if (channels === 1) {
    const largest = build.slice(sorted, [0, 0], [1, 1]);
    return build.add(found, build.multiply(largest, build.subtract(1, occurs)));
  }
  const values = build.reshape(build.multiply(found, occurs), [1, channels, 1, 1]);
  return classWeights === undefined ? values : build.multiply(values, classWeights);
};

/** −w log p of the target's class where it is among the largest; how many those are is the host's part. */
export const ohemCrossEntropy: LossFormula<"ohem_cross_entropy"> = (operands) => {
  const { build, kept } = operands;
  if (kept === undefined) throw new Error("the number of the hardest positions is not given");
  const values = weightedCrossEntropy(operands);
  const line = [1, elementCount(values.shape)];
  const [sorted] = build.sort(build.reshape(values, line), 1);
  // ones that are computed: a constant of that length would be part of the program
  const ones = build.convert(build.compare(sorted, "greater", -1), "float32");
  const rank = build.cumulativeSum(ones, 1);
  const counts = build.compare(rank, "less", build.add(build.broadcast(kept, [1, 1]), 0.5));
  return build.multiply(sorted, build.convert(counts, "float32"));
};
