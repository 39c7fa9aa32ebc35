/** Cross entropy of classes. */
import { define } from "../definition/definition.ts";
import { boundValue, parameter } from "../definition/parameters.ts";
import { loss } from "./loss.ts";
import { reduction } from "./reduction.ts";

export const crossEntropy = loss(
  define({
    name: "cross_entropy",
    summary: "The negative logarithm of the probability of the true class.",
    source: "Long, Shelhamer & Darrell 2015, section 4; median_frequency: Eigen & Fergus 2015, section 6.3.2",
    parameters: {
      /** One weight for each class, or the rule by which they are measured on the training data. */
      weights: parameter(
        {
          kind: "either",
          types: [{ kind: "choice", words: ["median_frequency"] }, { kind: "class_weights" }],
        },
        "Class weights: a list, or `median_frequency`, which measures them on the training images.",
        "all 1",
        (bound): readonly number[] | "median_frequency" | undefined =>
          boundValue(bound, "class_weights") ??
          (boundValue(bound, "choice") === "median_frequency" ? "median_frequency" : undefined),
      ),
      reduction,
    },
  }),
  { formula: "−w log p of the true class", compares: ["classes"] },
);
