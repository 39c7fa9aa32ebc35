/** Mean and deviation of the training images, per channel. */

import type { Normalisation } from "../arrays.ts";
import { readImage } from "../images/read-image.ts";
import type { DataSet, Pair } from "./data-set.ts";
import { channelsOfLayer, type LayerPlan } from "./layers.ts";
import { readLayer } from "./read-layer.ts";
import { fileOfLayer } from "./sample.ts";

const mostImages = 64;

/**
 * Over every pixel of up to 64 training images, evenly spaced in the order of the data set; samples scaled to 0 … 1.
 * A constant channel gets deviation 1.
 * @throws UserError when an image cannot be read
 */
export function measureNormalisation(dataSet: DataSet, channels: number): Promise<Normalisation> {
  return measure(dataSet, channels, async (pair) => {
    const { data, fullScale } = await readImage(pair.image, channels);
    return Float64Array.from(data, (value) => value / fullScale);
  });
}

/** The same of a layer that is an input. */
export function measureLayer(dataSet: DataSet, layer: LayerPlan): Promise<Normalisation> {
  return measure(dataSet, channelsOfLayer(layer.source), async (pair) => {
    return (await readLayer(fileOfLayer(pair, layer), layer.source)).values;
  });
}

async function measure(
  { training }: DataSet,
  channels: number,
  read: (pair: Pair) => Promise<Float32Array | Float64Array>,
): Promise<Normalisation> {
  const count = Math.min(mostImages, training.length);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let pixels = 0;
  for (let i = 0; i < count; i++) {
    const pair = training[Math.floor((i * training.length) / count)];
    if (pair === undefined) continue;
    const values = await read(pair);
    for (const [at, value] of values.entries()) {
      const c = at % channels;
      sums[c] = (sums[c] ?? 0) + value;
      squares[c] = (squares[c] ?? 0) + value * value;
    }
    pixels += values.length / channels;
  }
  const mean = [...sums].map((sum) => (pixels === 0 ? 0 : sum / pixels));
  const deviation = mean.map((m, c) => {
    const variance = pixels === 0 ? 0 : (squares[c] ?? 0) / pixels - m * m;
    return variance > 1e-10 ? Math.sqrt(variance) : 1; // below: rounding of the sums, not contrast
  });
  return { mean, deviation };
}
