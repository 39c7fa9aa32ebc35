/** Directions of surfaces. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { required } from "../definition/parameters.ts";
import { meanAngle } from "../metrics/mean-angle.ts";
import { medianAngle } from "../metrics/median-angle.ts";
import { angles } from "../metrics/within.ts";
import { plainChannels, target } from "./target.ts";

export const normals = target(
  defineAs({
    name: "normals",
    summary: "The surface normal of each pixel: x to the right, y up, z towards the viewer.",
    source: "Eigen & Fergus 2015, section 4.2",
    parameters: { ...patternParameters, files: required(patternParameters.files) },
    configure: (files) => {
      const from = patternsOf("normals", files);
      if (from instanceof Refusal) return from;
      if (from === undefined) throw new Error("the files of normals are required");
      return { from };
    },
  }),
  {
    holds: "RGB images of 127.5 (n + 1); black pixels, and vectors shorter than a half, are unknown.",
    form: () => "directions",
    byMasks: false,
    reads: ({ from }) => from,
    misfit: (output) => plainChannels("normals", [3], output),
    usualLoss: () => "cosine",
    measures: [meanAngle, medianAngle, ...angles],
    usualMeasure: undefined,
  },
);
