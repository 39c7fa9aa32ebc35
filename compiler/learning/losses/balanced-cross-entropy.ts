/** Cross entropy of boundaries, which are rare. */
import { define } from "../definition/definition.ts";
import { loss } from "./loss.ts";
import { reduction } from "./reduction.ts";

export const balancedCrossEntropy = loss(
  define({
    name: "balanced_cross_entropy",
    summary: "Cross entropy in which the boundaries of an image weigh as much as the rest together.",
    source: "Xie & Tu 2015, equation 2, which is the sum",
    parameters: { reduction },
  }),
  {
    formula: "−β t log p − (1 − β)(1 − t) log(1 − p), where β is the share of t = 0 in the image",
    compares: ["classes"],
    misfit: ({ channels, activation }) =>
      channels === 1 && activation === "sigmoid"
        ? undefined
        : {
            reason: "the output is not one channel by sigmoid",
            help: "use one output channel `by sigmoid`, or cross_entropy",
          },
  },
);
