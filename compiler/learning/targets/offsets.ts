/** From each pixel of an object to the object's centre. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { patternParameters, patternsOf } from "../definition/files.ts";
import { number, positive } from "../definition/parameters.ts";
import { endpointError } from "../metrics/endpoint-error.ts";
import { plainChannels, target } from "./target.ts";

export const offsets = target(
  defineAs({
    name: "offsets",
    summary: "The offset from each pixel of an object to the object's centre: down, and to the right.",
    source: "Cheng et al. 2020 (Panoptic-DeepLab), section 3.2",
    parameters: {
      ...patternParameters,
      unit: number(positive, "Pixels for a value of 1.", 1),
      distance: number(
        positive,
        "A pixel belongs to the predicted centre that is nearest to where its offset points, if that is at most so many pixels away.",
        8,
      ),
    },
    configure: ({ files, validate, test, unit, distance }) => {
      const from = patternsOf("offsets", { files, validate, test });
      return from instanceof Refusal ? from : { from, unit, distance };
    },
  }),
  {
    holds:
      "Images that number the objects: 0 is none, and unknown. Without files, the objects of `data`. The centre is the mean of the object's pixels.",
    form: () => "values",
    byMasks: false,
    ofObjects: true,
    reads: ({ from }) => from ?? "labels",
    misfit: (output) => plainChannels("offsets", [2], output),
    usualLoss: () => "l1",
    measures: [endpointError],
    usualMeasure: undefined,
  },
);
