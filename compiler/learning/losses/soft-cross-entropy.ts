/** Cross entropy of distributions over colour bins. */
import { define } from "../definition/definition.ts";
import { optionalNumber, positiveUnit } from "../definition/parameters.ts";
import { loss } from "./loss.ts";

export const softCrossEntropy = loss(
  define({
    name: "soft_cross_entropy",
    summary: "Cross entropy between distributions, the mean over the known positions.",
    source: "Zhang, Isola & Efros 2016, equations 2 to 4",
    parameters: {
      /** λ of the weights of rare colours. */
      rebalance: optionalNumber(
        positiveUnit,
        "Weighs rare colours more: w is 1 / ((1 − rebalance) share + rebalance / 313) of the nearest bin, scaled to a mean of one; the shares, smoothed by 5 units, are measured on up to 256 training images.",
        "all colours weigh the same",
      ),
    },
  }),
  { formula: "−w Σ t log p", compares: ["distributions"] },
);
