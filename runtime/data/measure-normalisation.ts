/** Mean and deviation of the training images, per channel. */

import type { Normalisation } from "../arrays.ts";
import { isLarge, scanImage } from "../images/rows/scan-image.ts";
import type { DataSet } from "./data-set.ts";
import { fileOfLayer, type LayerPlan, type SizedLayer } from "./layers/layer.ts";
import { channelsOfLayer, readLayer } from "./layers/registry.ts";

const mostImages = 64;

/**
 * Over every pixel of a layer of up to 64 training images, evenly spaced in the order of the data set; samples scaled to 0 … 1.
 * A constant channel gets deviation 1.
 * @throws UserError when an image cannot be read
 */
export async function measureNormalisation(
  { training, masks }: DataSet,
  layer: LayerPlan,
): Promise<Normalisation> {
  const channels = channelsOfLayer(layer.source);
  const count = Math.min(mostImages, training.length);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let pixels = 0;
  for (let i = 0; i < count; i++) {
    const pair = training[Math.floor((i * training.length) / count)];
    if (pair === undefined) continue;
    const add = (values: SizedLayer["values"], fullScale: number) => {
      for (const [at, stored] of values.entries()) {
        const value = stored / fullScale;
        const c = at % channels;
        sums[c] = (sums[c] ?? 0) + value;
        squares[c] = (squares[c] ?? 0) + value * value;
      }
      pixels += values.length / channels;
    };
    const file = fileOfLayer(pair, layer);
    if (layer.source.kind === "image" && (channels === 1 || channels === 3) && (await isLarge(file)))
      await scanImage(file, channels, ({ data, fullScale }) => add(data, fullScale));
    else {
      const { values, fullScale } = await readLayer(pair, layer, masks);
      add(values, fullScale);
    }
  }
  const mean = [...sums].map((sum) => (pixels === 0 ? 0 : sum / pixels));
  const deviation = mean.map((m, c) => {
    const variance = pixels === 0 ? 0 : (squares[c] ?? 0) / pixels - m * m;
    return variance > 1e-10 ? Math.sqrt(variance) : 1; // below: rounding of the sums, not contrast
  });
  return { mean, deviation };
}
