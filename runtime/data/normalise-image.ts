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
  for (let i = 0; i < samples.length; i++) {
    const c = i % channels;
    samples[i] = ((samples[i] ?? 0) - (mean[c] ?? 0)) / (deviation[c] ?? 1);
  }
}

/** One image as a batch, [1, height, width, channels]; the same numbers as in the batches of training. */
export function normaliseImage(image: Raster, normalisation: Normalisation): MapBatch {
  const data = Float32Array.from(image.data, (sample) => sample / image.fullScale);
  normaliseSamples(data, image.channels, normalisation);
  return { data, shape: [1, image.height, image.width, image.channels] };
}
