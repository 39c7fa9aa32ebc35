/** The intersection over union of soft predictions with labels. */
import { define } from "../definition/definition.ts";
import { classWeightSources, classWeights, oneClassIsNotWeighted } from "./class-weights.ts";
import { loss } from "./loss.ts";

export const jaccard = loss(
  define({
    name: "jaccard",
    summary:
      "One minus the soft intersection over union of each class over the batch, the mean over the classes that occur.",
    source: `Rahman & Wang 2016, equations 3 to 5, with 1 added to both areas; ${classWeightSources}`,
    parameters: { weights: classWeights },
  }),
  {
    formula: "1 − (Σ p t + 1) / (Σ p + Σ t − Σ p t + 1)",
    compares: ["classes"],
    misfit: oneClassIsNotWeighted,
  },
);
