/** Images as a conditional random field compares their colours: grey levels of 255. */
import type { MapBatch, Normalisation } from "../arrays.ts";
import { eightBits } from "../images/eight-bits.ts";
import type { Raster } from "../images/raster.ts";
import type { ColourImage } from "./image-kernels.ts";

/** Floating-point samples as `eightBits` shows them. */
export function coloursOfRaster(image: Raster): ColourImage {
  const { width, height, channels } = image;
  if (image.data instanceof Float32Array)
    return { width, height, channels, levels: Float32Array.from(eightBits(image).data) };
  const levels = Float32Array.from(image.data, (sample) => (sample * 255) / image.fullScale);
  return { width, height, channels, levels };
}

/** The colours of image `index` of a batch, from its normalised samples. [batch, height, width, channels]. */
export function coloursOfBatch(
  { data, shape }: MapBatch,
  { mean, deviation }: Normalisation,
  index: number,
): ColourImage {
  const [, height, width, channels] = shape;
  const samples = height * width * channels;
  const levels = data.slice(index * samples, (index + 1) * samples);
  for (let i = 0; i < samples; i++) {
    const c = i % channels;
    levels[i] = 255 * ((levels[i] ?? 0) * (deviation[c] ?? 1) + (mean[c] ?? 0));
  }
  return { width, height, channels, levels };
}
