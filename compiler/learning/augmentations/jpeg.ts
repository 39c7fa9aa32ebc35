/** Artefacts of compression. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import { requiredRange } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const jpeg = augmentation(
  define({
    name: "jpeg",
    summary:
      "Changes the image as JPEG of a random quality does: 8 bits, colours at half the resolution, rounded coefficients of 8×8 pixels.",
    source:
      "ITU-T T.81, section A.3 and tables K.1 and K.2, scaled by quality as the Independent JPEG Group's library does",
    parameters: {
      qualities: requiredRange(
        { kind: "range", above: 0, most: 100 },
        "The smallest and the largest quality, whole numbers from 1 to 100.",
      ),
      probability: probability(1),
    },
    check: ({ qualities }) =>
      qualities.every((quality) => Number.isInteger(quality))
        ? undefined
        : refuse(
            "training/wrong-value",
            { what: "qualities", wanted: "whole numbers such as 40 .. 95", found: "a range" },
            "qualities",
          ),
  }),
  "input",
);
