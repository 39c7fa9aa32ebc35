/** Feature maps and images flipped. */
import type { MapBatch } from "../../arrays.ts";

export interface Flip {
  /** Top and bottom exchanged. */
  readonly vertical: boolean;
  /** Left and right exchanged. */
  readonly horizontal: boolean;
}

export const unflipped: Flip = { vertical: false, horizontal: false };

/** [batch, height, width, channels]; the same map where nothing is flipped. */
export function flippedMap(map: MapBatch, { vertical, horizontal }: Flip): MapBatch {
  if (!vertical && !horizontal) return map;
  const { data, shape } = map;
  const [batch, height, width, channels] = shape;
  const result = new Float32Array(data.length);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < height; y++) {
      const row = (image * height + (vertical ? height - 1 - y : y)) * width;
      for (let x = 0; x < width; x++) {
        const from = (row + (horizontal ? width - 1 - x : x)) * channels;
        for (let channel = 0; channel < channels; channel++) result[to++] = data[from + channel] ?? 0;
      }
    }
  }
  return { data: result, shape };
}
