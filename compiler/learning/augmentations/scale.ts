/** Enlarged or shrunk. */
import { define } from "../definition/definition.ts";
import { requiredRange } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const scale = augmentation(
  define({
    name: "scale",
    summary: "Enlarges or shrinks the image by a random factor.",
    parameters: {
      factors: requiredRange({ kind: "range", above: 0 }, "The smallest and the largest factor."),
      probability: probability(1),
    },
  }),
  "place",
);
