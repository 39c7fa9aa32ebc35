/** Turned by a random angle. */
import { define } from "../definition/definition.ts";
import { requiredNumber } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const rotate = augmentation(
  define({
    name: "rotate",
    summary:
      "Rotates the image: by a multiple of 90° where 90 or 180 is given, else by any angle up to the given one.",
    parameters: {
      degrees: requiredNumber(
        { kind: "number", above: 0, most: 180, wanted: "an angle in degrees, above 0 and up to 180" },
        "The largest angle to each side.",
      ),
      probability: probability(1),
    },
  }),
  "place",
);
