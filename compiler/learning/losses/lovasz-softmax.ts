/** The intersection over union of hard predictions, made continuous. */
import { define } from "../definition/definition.ts";
import { classWeightSources, classWeights, oneClassIsNotWeighted } from "./class-weights.ts";
import { loss } from "./loss.ts";

export const lovaszSoftmax = loss(
  define({
    name: "lovasz_softmax",
    summary:
      "The Lovász extension of one minus the intersection over union of each class over the batch, the mean over the classes that occur.",
    source: `Berman, Rannen Triki & Blaschko 2018, equations 8 to 11 and algorithm 1; ${classWeightSources}`,
    parameters: { weights: classWeights },
  }),
  {
    formula:
      "Σ_k m_k (J_k − J_(k−1)) over the errors m = |t − p| in falling order, where J_k is one minus the intersection over union of the class if the first k positions were wrong",
    compares: ["classes"],
    misfit: oneClassIsNotWeighted,
  },
);
