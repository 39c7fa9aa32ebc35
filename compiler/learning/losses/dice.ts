/** The overlap of soft predictions with labels. */
import { define } from "../definition/definition.ts";
import { flag, positional } from "../definition/parameters.ts";
import { classWeightSources, classWeights, oneClassIsNotWeighted } from "./class-weights.ts";
import { loss } from "./loss.ts";

export const dice = loss(
  define({
    name: "dice",
    summary: "One minus the Dice overlap of each class over the batch, the mean over the classes that occur.",
    source: `Milletari et al. 2016, equation 1, which is squared; ${classWeightSources}`,
    parameters: {
      squared: positional(flag("Sums of squares in the denominator: Σ p² + Σ t.")),
      weights: classWeights,
    },
  }),
  {
    formula: "1 − (2 Σ p t + 1) / (Σ p + Σ t + 1)",
    compares: ["classes"],
    misfit: oneClassIsNotWeighted,
  },
);
