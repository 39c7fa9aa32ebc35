/** More or less contrast. */
import { define } from "../definition/definition.ts";
import { requiredNumber, unitInterval } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const contrast = augmentation(
  define({
    name: "contrast",
    summary:
      "Multiplies the difference from the image's mean by a random factor from 1 − change to 1 + change.",
    parameters: {
      change: requiredNumber(unitInterval, "The largest change of the factor."),
      probability: probability(1),
    },
  }),
  "tone",
);
