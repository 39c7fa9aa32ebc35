/** The error of log depth up to a factor that is common to an image. */
import { define } from "../definition/definition.ts";
import { number, positional, unitInterval } from "../definition/parameters.ts";
import { loss } from "./loss.ts";

export const scaleInvariant = loss(
  define({
    name: "scale_invariant",
    summary: "The squared error of logarithms, less the part that one factor for the whole image explains.",
    source: "Eigen et al. 2014, equation 4",
    parameters: {
      balance: positional(number(unitInterval, "The λ of the paper: 0 is the squared error.", 0.5)),
    },
  }),
  {
    formula: "mean of x² less balance times the square of the mean of x, for each image",
    compares: ["lengths", "logarithms"],
    misfit: ({ form }) =>
      form === "lengths"
        ? {
            reason: "the loss compares logarithms, and the output predicts plain depth",
            help: "add `log` to the target: depth(…, log); the output then predicts the logarithm of depth",
          }
        : undefined,
  },
);
