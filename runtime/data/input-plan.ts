/** How the inputs and targets of a network are made from the layers of an image. */

import type { PerAxis } from "../../compiler/axis.ts";
import type { Normalisation } from "../arrays.ts";
import type { Raster } from "../images/raster.ts";
import type { Random } from "../random.ts";
import type { LayerPlan } from "./layers/layer.ts";

export interface InputPlan {
  readonly name: string;
  readonly layer: LayerPlan;
  /** Pixels of its file, by as many, that become one of the input. */
  readonly shrink: number;
  /** [height, width] of the input, whatever the size of the image. Left out: that of what is shown, shrunk. */
  readonly resized?: PerAxis<number>;
  /** Standard deviation of the noise on it, of full scale. */
  readonly noise: number;
  readonly normalisation: Normalisation;
}

/** What an output learns. */
export interface TargetPlan {
  readonly output: string;
  readonly layer: LayerPlan;
}

/**
 * The mean of each square of `factor` by `factor` pixels; the remainder at the right and below is left out.
 * @param samples [height, width, channels]
 * @param target [⌊height / factor⌋, ⌊width / factor⌋, channels]
 */
export function shrinkSamples(
  samples: Float32Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  factor: number,
  target: Float32Array,
): void {
  const rows = Math.floor(height / factor);
  const columns = Math.floor(width / factor);
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < channels; c++, at++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++) {
          const start = ((y * factor + dy) * width + x * factor) * channels + c;
          for (let dx = 0; dx < factor; dx++) sum += samples[start + dx * channels] ?? 0;
        }
        target[at] = sum / factor ** 2;
      }
    }
  }
}

/** The same of an image; integer samples are rounded. */
export function shrinkRaster(image: Raster, factor: number): Raster {
  if (factor === 1) return image;
  const { channels, fullScale } = image;
  const [height, width] = [Math.floor(image.height / factor), Math.floor(image.width / factor)];
  const means = new Float32Array(height * width * channels);
  shrinkSamples(Float32Array.from(image.data), [image.height, image.width, channels], factor, means);
  const rounded = (value: number) => Math.round(value);
  const data =
    fullScale === 1
      ? means
      : fullScale === 255
        ? Uint8Array.from(means, rounded)
        : Uint16Array.from(means, rounded);
  return { width, height, channels, fullScale, data };
}

/** In place; not clipped, so that its mean is 0. */
export function addNoise(samples: Float32Array, deviation: number, random: Random): void {
  if (deviation === 0) return;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) + deviation * random.normal();
}
