/** Whether each pixel is on a boundary: where a grey image is at least half of white. */
import { readImage } from "../../images/read-image.ts";
import type { LayerKind } from "./layer.ts";
import { resampleNearest } from "./resample.ts";

export const boundaries: LayerKind<{ readonly kind: "boundaries" }> = {
  channels: () => 1,
  read: async (file) => {
    const { height, width, data, fullScale } = await readImage(file, 1);
    const values = Float32Array.from(data, (level) => (level >= fullScale / 2 ? 1 : 0));
    return { height, width, channels: 1, values, fullScale: 1 };
  },
  resample: (layer, map, target) => resampleNearest(layer, map, target, Number.NaN),
};
