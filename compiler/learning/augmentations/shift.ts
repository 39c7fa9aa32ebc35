/** Moved by whole pixels. */
import { defineAs } from "../definition/definition.ts";
import { boundValue, parameter, positional, required } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export interface ShiftSettings {
  /** In pixels, to each side. */
  readonly most: readonly [down: number, right: number];
  readonly probability: number;
}

export const shift = augmentation(
  defineAs({
    name: "shift",
    summary: "Moves the image by a random number of whole pixels.",
    parameters: {
      pixels: required(
        positional(
          parameter(
            { kind: "extent", least: 0 },
            "The largest shift to each side, or the vertical by the horizontal one.",
            "",
            (bound) => boundValue(bound, "extent"),
          ),
        ),
      ),
      probability: probability(1),
    },
    configure: ({ pixels, probability }): ShiftSettings => ({ most: pixels, probability }),
  }),
  "place",
);
