/** Mean and deviation of the training images, per channel. */
import { readImage } from "../images/read-image.ts";
import type { DataSet, Normalisation } from "./data-set.ts";

const mostImages = 64;

/**
 * Over every pixel of up to 64 training images, evenly spaced in the order of the data set; samples scaled to 0 … 1.
 * A constant channel gets deviation 1.
 * @throws UserError when an image cannot be read
 */
export async function measureNormalisation(dataSet: DataSet, channels: number): Promise<Normalisation> {
  const { training } = dataSet;
  const count = Math.min(mostImages, training.length);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let pixels = 0;
  for (let i = 0; i < count; i++) {
    const pair = training[Math.floor((i * training.length) / count)];
    if (pair === undefined) continue;
    const { data, fullScale, width, height } = await readImage(pair.image, channels);
    for (let at = 0; at < data.length; at++) {
      const value = (data[at] ?? 0) / fullScale;
      const c = at % channels;
      sums[c] = (sums[c] ?? 0) + value;
      squares[c] = (squares[c] ?? 0) + value * value;
    }
    pixels += width * height;
  }
  const mean = [...sums].map((sum) => (pixels === 0 ? 0 : sum / pixels));
  const deviation = mean.map((m, c) => {
    const variance = pixels === 0 ? 0 : (squares[c] ?? 0) / pixels - m * m;
    return variance > 1e-10 ? Math.sqrt(variance) : 1; // below: rounding of the sums, not contrast
  });
  return { mean, deviation };
}
