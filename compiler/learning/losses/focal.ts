/** Cross entropy that counts well-classified positions less. */
import { define } from "../definition/definition.ts";
import { notNegative, number, positional } from "../definition/parameters.ts";
import { classWeightSources, classWeights, measuredOnPixels } from "./class-weights.ts";
import { loss } from "./loss.ts";

export const focal = loss(
  define({
    name: "focal",
    summary: "Cross entropy times (1 − p)^gamma, so that well-classified positions count less.",
    source: `Lin et al. 2017, equations 4 and 5; ${classWeightSources}`,
    parameters: {
      gamma: positional(number(notNegative, "The focusing parameter; with 0 the loss is cross entropy.", 2)),
      weights: classWeights,
    },
  }),
  {
    formula: "−w (1 − p)^gamma log p of the true class, the mean over the positions",
    compares: ["classes", "class"],
    misfit: measuredOnPixels,
  },
);
