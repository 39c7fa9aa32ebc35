/** A hidden rectangle. */
import { defineAs } from "../definition/definition.ts";
import { boundValue, count, counting, parameter, positional, required } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export interface CutoutSettings {
  /** In pixels. */
  readonly size: readonly [height: number, width: number];
  readonly count: number;
  readonly probability: number;
}

export const cutout = augmentation(
  defineAs({
    name: "cutout",
    summary: "Replaces rectangles at random positions by the image's mean; labels stay the same.",
    source:
      "DeVries & Taylor 2017, Improved Regularization of Convolutional Neural Networks with Cutout, section 3.2",
    parameters: {
      size: required(
        positional(
          parameter({ kind: "extent", least: 1 }, "Pixels of a side, or height by width.", "", (bound) =>
            boundValue(bound, "extent"),
          ),
        ),
      ),
      count: count(counting, "Rectangles in an image.", 1),
      probability: probability(1),
    },
    configure: (settings): CutoutSettings => settings,
  }),
  "input",
);
