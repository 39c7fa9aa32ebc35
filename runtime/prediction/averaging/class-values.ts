/** The values of an output that learned classes, as probabilities of all of them. */
import type { MapBatch } from "../../arrays.ts";

export interface ClassValues {
  /** [batch, height, width, classes] */
  readonly probabilities: MapBatch;
  /** [batch, height, width], nats: the mean of the entropies of the predictions that were averaged, where it is asked for. */
  readonly expectedEntropy: Float32Array | undefined;
}

/** @param entropy whether the last channel is the expected entropy (uncertainty.ts) */
export function classValues({ data, shape }: MapBatch, entropy: boolean): ClassValues {
  const [batch, height, width, channels] = shape;
  const own = entropy ? channels - 1 : channels;
  const pixels = batch * height * width;
  const binary = own === 1;
  const classes = binary ? 2 : own;
  const expectedEntropy = entropy ? new Float32Array(pixels) : undefined;
  if (!entropy && !binary) return { probabilities: { data, shape }, expectedEntropy };
  const probabilities = new Float32Array(pixels * classes);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < own; channel++) {
      const value = data[pixel * channels + channel] ?? 0;
      probabilities[pixel * classes + (binary ? 1 : channel)] = value;
      if (binary) probabilities[pixel * classes] = 1 - value;
    }
    if (expectedEntropy !== undefined) expectedEntropy[pixel] = data[pixel * channels + own] ?? 0;
  }
  return { probabilities: { data: probabilities, shape: [batch, height, width, classes] }, expectedEntropy };
}

/** The values without the expected entropy behind them. */
export function withoutEntropy(map: MapBatch, entropy: boolean): MapBatch {
  if (!entropy) return map;
  const [batch, height, width, channels] = map.shape;
  const own = channels - 1;
  const data = new Float32Array(batch * height * width * own);
  for (let pixel = 0; pixel < batch * height * width; pixel++)
    data.set(map.data.subarray(pixel * channels, pixel * channels + own), pixel * own);
  return { data, shape: [batch, height, width, own] };
}
