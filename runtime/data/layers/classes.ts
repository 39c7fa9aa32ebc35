/** The class of each pixel, from the label image, by `masks`. */
import { UserError } from "../../user-error.ts";
import { mapClasses } from "../class-map.ts";
import { readPairLabel } from "../read-pair-label.ts";
import type { LayerKind } from "./layer.ts";
import { resampleNearest } from "./resample.ts";

const ignored = -1;

export const classes: LayerKind<{ readonly kind: "classes" }> = {
  channels: () => 1,
  read: async (file, _, { pair, masks, region }) => {
    const {
      height,
      width,
      classes: values,
      undeclared,
    } = mapClasses(await readPairLabel(pair, region), masks);
    if (undeclared.size > 0) {
      throw new UserError(
        `${file} contains values that belong to no class: ${[...undeclared].slice(0, 8).join(", ")}`,
        "declare them in masks; `fcn data check` suggests how",
      );
    }
    return { height, width, channels: 1, values, fullScale: 1 };
  },
  resample: (layer, map, target) => resampleNearest(layer, map, target, ignored),
};
