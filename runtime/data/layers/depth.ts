/**
 * Depth, or its natural logarithm; NaN where it is not known. Enlarging by s divides depth by s, as moving nearer does (Eigen et al. 2014,
 * section 3.3).
 */
import { readRegionWithGaps } from "../../images/rows/read-region.ts";
import { UserError } from "../../user-error.ts";
import { enlargement } from "../canvas.ts";
import type { LayerKind, LayerSource } from "./layer.ts";
import { resampleNearest } from "./resample.ts";

export const depth: LayerKind<Extract<LayerSource, { kind: "depth" }>> = {
  channels: () => 1,
  read: async (file, { unit, missing, log }, { region }) => {
    const { height, width, channels, data } = await readRegionWithGaps(file, undefined, region);
    if (channels !== 1) {
      throw new UserError(
        `${file} is a colour image, and depth is read from grey images`,
        "save it as a 16-bit grey PNG, and write its unit: depth(…, unit = …)",
      );
    }
    const values = Float32Array.from(data, (level) => {
      const value = level * unit;
      const known = value > 0 && value < Number.POSITIVE_INFINITY && level !== missing;
      return known ? (log ? Math.log(value) : value) : Number.NaN;
    });
    return { height, width, channels: 1, values, fullScale: 1 };
  },
  resample: (layer, map, target, { log }) => {
    resampleNearest(layer, map, target, Number.NaN);
    const scale = enlargement(map);
    if (scale === 1) return;
    const shift = Math.log(scale);
    for (let i = 0; i < target.length; i++) {
      const value = target[i] ?? Number.NaN;
      target[i] = log ? value - shift : value / scale;
    }
  },
};
