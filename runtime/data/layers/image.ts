/** An image: its samples as the file stores them, which become 0 to 1. */
import { readImage } from "../../images/read-image.ts";
import type { LayerKind, LayerSource } from "./layer.ts";
import { resampleSmoothly } from "./resample.ts";

export const image: LayerKind<Extract<LayerSource, { kind: "image" }>> = {
  channels: ({ channels }) => channels,
  read: async (file, { channels }) => {
    const { height, width, data, fullScale } = await readImage(file, channels);
    return { height, width, channels, values: data, fullScale };
  },
  resample: (layer, map, target) => resampleSmoothly(layer, map, target),
};
