/** A curve of the tones. */
import { define } from "../definition/definition.ts";
import { requiredRange } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const gamma = augmentation(
  define({
    name: "gamma",
    summary: "Raises the values, from 0 to 1, to a random power; the logarithm of the power is uniform.",
    source: "Isensee et al. 2021 (nnU-Net), data augmentation",
    parameters: {
      powers: requiredRange({ kind: "range", above: 0 }, "The smallest and the largest power."),
      probability: probability(1),
    },
  }),
  "tone",
);
