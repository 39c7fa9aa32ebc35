/** An image: its samples as the file stores them, which become 0 to 1. */
import { readImageRegion } from "../../images/rows/read-region.ts";
import type { LayerKind, LayerSource } from "./layer.ts";
import { resampleSmoothly } from "./resample.ts";

export const image: LayerKind<Extract<LayerSource, { kind: "image" }>> = {
  channels: ({ channels }) => channels,
  read: async (file, { channels }, { region }) => {
    const { height, width, data, fullScale } = await readImageRegion(file, channels, region);
    return { height, width, channels, values: data, fullScale };
  },
  resample: (layer, map, target) => resampleSmoothly(layer, map, target),
};
