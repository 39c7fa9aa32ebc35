/** Distance from the camera, or another positive quantity. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { boundValue, flag, number, parameter, positive, required } from "../definition/parameters.ts";
import { deltas } from "../metrics/delta.ts";
import { log10 } from "../metrics/log10.ts";
import { rel } from "../metrics/rel.ts";
import { rms } from "../metrics/rms.ts";
import { plainChannels, target } from "./target.ts";

export const depth = target(
  defineAs({
    name: "depth",
    summary: "The depth of each pixel, or its natural logarithm.",
    source: "Eigen, Puhrsch & Fergus 2014, section 3.3: scaling the image divides the depth",
    parameters: {
      ...patternParameters,
      files: required(patternParameters.files),
      unit: number(positive, "Depth of one step of a pixel's value.", 1),
      missing: parameter(
        {
          kind: "either",
          types: [
            { kind: "count", least: 0, most: 65535 },
            { kind: "choice", words: ["none"] },
          ],
        },
        "Pixel value that means unknown depth.",
        "0",
        (bound): number | undefined =>
          boundValue(bound, "choice") === "none" ? undefined : (boundValue(bound, "count") ?? 0),
      ),
      log: flag("The output predicts the natural logarithm of depth."),
    },
    configure: ({ files, validate, test, unit, missing, log }) => {
      const from = patternsOf("depth", { files, validate, test });
      if (from instanceof Refusal) return from;
      if (from === undefined) throw new Error("the files of depth are required");
      return { from, unit, missing, log };
    },
  }),
  {
    holds: "Grey images of 8 or 16 bits, or of floating point; 0, NaN and `missing` are unknown.",
    form: ({ log }) => (log ? "logarithms" : "lengths"),
    byMasks: false,
    reads: ({ from }) => from,
    misfit: (output) => plainChannels("depth", [1], output),
    usualLoss: ({ log }) => (log ? "scale_invariant" : "l1"),
    measures: [rel, rms, log10, ...deltas],
    usualMeasure: undefined,
  },
);
