/** The values of an output that learned classes as probabilities of all of them. */
import type { MapBatch } from "../../arrays.ts";
import type { ValueRows } from "./sinks.ts";

/** @param entropy whether the last channel is the expected entropy (averaging/entropy.ts) */
export function valueRows({ data, shape }: MapBatch, entropy: boolean): ValueRows {
  const [batch, height, width, channels] = shape;
  const own = entropy ? channels - 1 : channels;
  const pixels = batch * height * width;
  const binary = own === 1;
  const classes = binary ? 2 : own;
  const expected = entropy ? new Float32Array(pixels) : undefined;
  if (!entropy && !binary) return { probabilities: { data, shape }, expectedEntropy: undefined };
  const probabilities = new Float32Array(pixels * classes);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < own; channel++) {
      const value = data[pixel * channels + channel] ?? 0;
      probabilities[pixel * classes + (binary ? 1 : channel)] = value;
      if (binary) probabilities[pixel * classes] = 1 - value;
    }
    if (expected !== undefined) expected[pixel] = data[pixel * channels + own] ?? 0;
  }
  return {
    probabilities: { data: probabilities, shape: [batch, height, width, classes] },
    expectedEntropy: expected,
  };
}
