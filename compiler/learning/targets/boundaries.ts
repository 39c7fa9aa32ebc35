/** Boundaries between objects or regions. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { ods } from "../metrics/ods.ts";
import { oneClassEach, target } from "./target.ts";

export const boundaries = target(
  defineAs({
    name: "boundaries",
    summary: "Whether each pixel is on a boundary.",
    parameters: patternParameters,
    configure: (files) => {
      const from = patternsOf("boundaries", files);
      return from instanceof Refusal ? from : { from };
    },
  }),
  {
    holds:
      "Grey images; a pixel of at least half of white is a boundary. Without files, the label images of `data`.",
    form: () => "classes",
    byMasks: false,
    reads: ({ from }) => from ?? "labels",
    misfit: (output) => {
      const misfit = oneClassEach(output);
      if (misfit !== undefined || output.channels <= 2) return misfit;
      return {
        reason: `has ${output.channels} channels for two classes, boundary and background`,
        help: "use one channel `by sigmoid`, or two `by softmax`",
      };
    },
    usualLoss: (_, { activation }) => (activation === "sigmoid" ? "balanced_cross_entropy" : "cross_entropy"),
    measures: [ods],
    usualMeasure: undefined,
  },
);
