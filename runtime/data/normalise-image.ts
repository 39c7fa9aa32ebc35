/** Images as a network's input: (value / full scale − mean) / deviation, per channel. */
import type { MapBatch, Normalisation } from "../arrays.ts";
import type { Raster } from "../images/raster.ts";

/**
 * In place.
 * @param samples [pixels, channels], 0 … 1
 */
export function normaliseSamples(
  samples: Float32Array,
  channels: number,
  { mean, deviation }: Normalisation,
): void {
  if (mean.length !== channels || deviation.length !== channels) {
    throw new RangeError(`a normalisation of ${mean.length} channels for images of ${channels}`);
  }
  for (let c = 0; c < channels; c++) {
    const [middle, spread] = [mean[c] ?? 0, deviation[c] ?? 1];
    for (let i = c; i < samples.length; i += channels) samples[i] = ((samples[i] ?? 0) - middle) / spread;
  }
}

/** Samples of 0 … 1. */
export function scaledSamples({ data, fullScale }: Pick<Raster, "data" | "fullScale">): Float32Array {
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = (data[i] ?? 0) / fullScale;
  return scaled;
}

/** One image as a batch, [1, height, width, channels]; the same numbers as in the batches of training. */
export function normaliseImage(image: Raster, normalisation: Normalisation): MapBatch {
  const data = scaledSamples(image);
  normaliseSamples(data, image.channels, normalisation);
  return { data, shape: [1, image.height, image.width, image.channels] };
}
