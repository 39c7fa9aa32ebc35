/** Cross entropy of classes. */

import { define } from "../definition/definition.ts";
import { belowOne, number } from "../definition/parameters.ts";
import { classWeightSources, classWeights, measuredOnPixels } from "./class-weights.ts";
import { loss } from "./loss.ts";
import { reduction } from "./reduction.ts";

export const crossEntropy = loss(
  define({
    name: "cross_entropy",
    summary: "The negative logarithm of the probability of the true class.",
    source: `Long, Shelhamer & Darrell 2015, section 4; label smoothing: Szegedy et al. 2016, section 7; ${classWeightSources}`,
    parameters: {
      weights: classWeights,
      labelSmoothing: number(
        belowOne,
        "ε: the target is 1 − ε for the true class, plus ε shared equally by all classes.",
        0,
      ),
      reduction,
    },
  }),
  {
    formula: "−w Σ q log p, where q is 1 − ε for the true class plus ε / classes for each",
    compares: ["classes", "class"],
    misfit: measuredOnPixels,
  },
);
