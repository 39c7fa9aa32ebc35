/** Cross entropy of the hardest positions. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import {
  counting,
  optionalCount,
  optionalNumber,
  positional,
  positiveUnit,
} from "../definition/parameters.ts";
import { classWeightSources, classWeights } from "./class-weights.ts";
import { loss } from "./loss.ts";

/** Of the labelled positions of a batch, where neither a share nor a count is given. */
export const usualShare = 0.25;

export const ohemCrossEntropy = loss(
  define({
    name: "ohem_cross_entropy",
    summary:
      "Online hard example mining: the mean cross entropy of the labelled positions of a batch with the largest values.",
    source: `Shrivastava, Gupta & Girshick 2016, section 4; of pixels: Wu, Shen & van den Hengel 2016, section 3.2; ${classWeightSources}`,
    parameters: {
      share: positional(
        optionalNumber(positiveUnit, "The share of the labelled positions that count.", String(usualShare)),
      ),
      count: optionalCount(counting, "How many positions count, in place of a share.", "by the share"),
      weights: classWeights,
    },
    check: ({ share, count }) =>
      share !== undefined && count !== undefined
        ? refuse(
            "training/wrong-value",
            {
              what: "`count` of ohem_cross_entropy",
              wanted: "removed where a share is given",
              found: "a number",
            },
            "count",
          )
        : undefined,
  }),
  {
    formula: "mean of the K largest −w log p of the true class",
    compares: ["classes"],
  },
);
