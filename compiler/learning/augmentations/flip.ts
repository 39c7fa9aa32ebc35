/** Mirrored left to right. */
import { define } from "../definition/definition.ts";
import { augmentation, probability } from "./augmentation.ts";

export const flip = augmentation(
  define({
    name: "flip",
    summary: "Mirrors the image left to right.",
    parameters: { probability: probability(0.5) },
  }),
  "place",
);
