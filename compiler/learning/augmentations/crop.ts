/** A window of a fixed size. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import {
  boundValue,
  number,
  optionalCount,
  parameter,
  positional,
  required,
  unitInterval,
} from "../definition/parameters.ts";
import { augmentation } from "./augmentation.ts";

export interface CropSettings {
  /** In pixels. */
  readonly size: readonly [height: number, width: number];
  /** Share of the windows that contain a pixel of a class drawn from those of the image; left out: none. */
  readonly rare?: number | undefined;
}

export const crop = augmentation(
  defineAs({
    name: "crop",
    summary:
      "Takes a window at a random position; where the image is smaller, the pixels around it are ignored.",
    source: "`rare`: Isensee et al. 2021 (nnU-Net), oversampling of the foreground",
    parameters: {
      height: required(
        positional(
          parameter({ kind: "extent", least: 1 }, "Height in pixels, or height by width.", "", (bound) =>
            boundValue(bound, "extent"),
          ),
        ),
      ),
      width: positional(optionalCount({ kind: "count", least: 1 }, "Width in pixels.", "as the height")),
      rare: number(
        unitInterval,
        "Share of the windows that contain a pixel of a class drawn from those in the image, each equally likely.",
        0,
      ),
    },
    configure: ({ height: [height, across], width, rare }): CropSettings | Refusal => {
      if (width === undefined || height === across)
        return { size: [height, width ?? across], ...(rare > 0 && { rare }) };
      const facts = {
        what: "the width of crop",
        wanted: "removed where height by width is given",
        found: "a number",
      };
      return refuse("training/wrong-value", facts, "width");
    },
  }),
  "place",
);
