/** Gaussian noise. */
import { define } from "../definition/definition.ts";
import { requiredNumber, unitInterval } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const noise = augmentation(
  define({
    name: "noise",
    summary: "Adds Gaussian noise, whose standard deviation is drawn for each image from 0 to the given one.",
    source: "Isensee et al. 2021 (nnU-Net), data augmentation",
    parameters: {
      deviation: requiredNumber(unitInterval, "The largest standard deviation, of full scale."),
      probability: probability(1),
    },
  }),
  "input",
);
