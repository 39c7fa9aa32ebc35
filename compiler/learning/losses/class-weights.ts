/** Weights of classes against imbalance: given, or measured on the training data by a rule. */
import type { LearnedOutput, Misfit } from "../definition/learned-output.ts";
import { boundValue, parameter } from "../definition/parameters.ts";

/** How weights follow from the labelled pixels of each class (runtime/data/class-weights.ts). */
export const classWeightRules = [
  "median_frequency",
  "inverse_frequency",
  "enet",
  "effective_number",
] as const;

export type ClassWeightRule = (typeof classWeightRules)[number];

/** One for each class, or the rule by which they are measured; `undefined`: all one. */
export type ClassWeights = readonly number[] | ClassWeightRule | undefined;

export const classWeights = parameter(
  { kind: "either", types: [{ kind: "choice", words: classWeightRules }, { kind: "class_weights" }] },
  "Class weights: a list, or the rule by which they are measured on the training images.",
  "all 1",
  (bound): ClassWeights => {
    const rule = boundValue(bound, "choice");
    return boundValue(bound, "class_weights") ?? classWeightRules.find((known) => known === rule);
  },
);

/** Of losses that compare the areas of classes: one channel is one class, whose weight would divide out. */
export function oneClassIsNotWeighted(
  { channels }: LearnedOutput,
  { kind, weights }: { readonly kind: string; readonly weights?: ClassWeights },
): Misfit | undefined {
  if (channels > 1 || weights === undefined) return undefined;
  return {
    reason: `${kind} compares class 1 alone in an output of one channel, and has class weights`,
    help: "remove `weights`, or use one output channel per class `by softmax`",
  };
}

/** The sources of the rules, for those losses that have them. */
export const classWeightSources =
  "median_frequency: Eigen & Fergus 2015, section 6.3.2; inverse_frequency: King & Zeng 2001, section 4; enet: Paszke et al. 2016, section 5.2; effective_number: Cui et al. 2019, section 4";

/** Rules are measured on the pixels of label images, and an image has one class. */
export function measuredOnPixels(
  { form }: LearnedOutput,
  { weights }: { readonly weights?: ClassWeights },
): Misfit | undefined {
  if (form !== "class" || typeof weights !== "string") return undefined;
  return {
    reason: `the weights ${weights} are measured on label images, and it learns one class for each image`,
    help: "write the weights as a list: weights = [1, 2]",
  };
}
