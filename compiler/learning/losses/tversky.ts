/** The Tversky index: an overlap that weighs false positives and false negatives. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import { notNegative, number } from "../definition/parameters.ts";
import { classWeightSources, classWeights, oneClassIsNotWeighted } from "./class-weights.ts";
import { loss } from "./loss.ts";

export const tversky = loss(
  define({
    name: "tversky",
    summary:
      "One minus the Tversky index of each class over the batch, which weights false positives and false negatives; the mean over the classes that occur.",
    source: `Salehi, Erdogmus & Gholipour 2017, equation 1; ${classWeightSources}`,
    parameters: {
      alpha: number(notNegative, "The weight of false positives.", 0.3),
      beta: number(notNegative, "The weight of false negatives.", 0.7),
      weights: classWeights,
    },
    check: ({ alpha, beta }) =>
      alpha === 0 && beta === 0
        ? refuse(
            "training/wrong-value",
            { what: "`alpha` or `beta` of tversky", wanted: "greater than 0", found: "the number 0" },
            "alpha",
          )
        : undefined,
  }),
  {
    formula: "1 − (Σ p t + 1) / (Σ p t + alpha Σ p (1 − t) + beta Σ (1 − p) t + 1)",
    compares: ["classes"],
    misfit: oneClassIsNotWeighted,
  },
);
