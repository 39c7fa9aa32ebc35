/** Gaussian blur. */
import { define } from "../definition/definition.ts";
import { requiredRange } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const blur = augmentation(
  define({
    name: "blur",
    summary: "Blurs with a Gaussian, whose standard deviation is drawn for each image from a range.",
    source: "Isensee et al. 2021 (nnU-Net), data augmentation",
    parameters: {
      deviations: requiredRange(
        { kind: "range", above: 0, most: 100 },
        "The smallest and the largest standard deviation, in pixels.",
      ),
      probability: probability(1),
    },
  }),
  "input",
);
