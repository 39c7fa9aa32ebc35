/** Slanted. */
import { define } from "../definition/definition.ts";
import { requiredNumber } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const shear = augmentation(
  define({
    name: "shear",
    summary: "Slants the columns or the rows of the image, each equally likely, by a random angle.",
    parameters: {
      degrees: requiredNumber(
        { kind: "number", above: 0, most: 60, wanted: "an angle in degrees, above 0 and up to 60" },
        "The largest angle to each side.",
      ),
      probability: probability(1),
    },
  }),
  "place",
);
