/** Mirrored top to bottom. */
import { define } from "../definition/definition.ts";
import { augmentation, probability } from "./augmentation.ts";

export const flipVertical = augmentation(
  define({
    name: "flip_vertical",
    summary: "Mirrors the image top to bottom.",
    parameters: { probability: probability(0.5) },
  }),
  "place",
);
