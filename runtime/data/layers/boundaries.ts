/** Whether each pixel is on a boundary: where a grey image is at least half of white. */
import { readImageRegion } from "../../images/rows/read-region.ts";
import type { LayerKind } from "./layer.ts";
import { resampleNearest } from "./resample.ts";

export const boundaries: LayerKind<{ readonly kind: "boundaries" }> = {
  channels: () => 1,
  read: async (file, _, { region }) => {
    const { height, width, data, fullScale } = await readImageRegion(file, 1, region);
    const values = Float32Array.from(data, (level) => (level >= fullScale / 2 ? 1 : 0));
    return { height, width, channels: 1, values, fullScale: 1 };
  },
  resample: (layer, map, target) => resampleNearest(layer, map, target, Number.NaN),
};
