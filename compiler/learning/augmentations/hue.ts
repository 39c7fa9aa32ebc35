/** Other hues. */
import { define } from "../definition/definition.ts";
import { requiredNumber } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const hue = augmentation(
  define({
    name: "hue",
    summary:
      "Rotates the hues of a colour image by a random angle; value and saturation (HSV) stay the same.",
    source: "Smith 1978, Color Gamut Transform Pairs, hexcone model",
    parameters: {
      degrees: requiredNumber(
        { kind: "number", above: 0, most: 180, wanted: "an angle in degrees, above 0 and up to 180" },
        "The largest angle to each side.",
      ),
      probability: probability(1),
    },
  }),
  "tone",
);
