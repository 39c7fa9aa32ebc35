/** More or less colourful. */
import { define } from "../definition/definition.ts";
import { requiredNumber, unitInterval } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const saturation = augmentation(
  define({
    name: "saturation",
    summary:
      "Multiplies the difference of each colour from its grey (the luma of Rec. 601) by a random factor from 1 − change to 1 + change.",
    parameters: {
      change: requiredNumber(unitInterval, "The largest change of the factor."),
      probability: probability(1),
    },
  }),
  "tone",
);
