/** How each augmentation changes values. */
import type { AugmentationOf, AugmentationsOf } from "../../../compiler/learning/augmentations/registry.ts";
import type { Random } from "../../random.ts";
import type { ChangedImage } from "./changed-image.ts";
import { saturate, turnHues } from "./colour-changes.ts";
import { cutOut } from "./cut-out.ts";
import { blurred } from "./gaussian-blur.ts";
import { compress } from "./jpeg-artefacts.ts";

/** One drawn change; the same for every picture of a sample. */
export type ValueChange = (image: ChangedImage, random: Random) => void;

/** Draws a change, of an image that it happens to. */
export const valueChanges: {
  readonly [N in AugmentationsOf<"tone" | "input">]: (
    settings: AugmentationOf<N>,
    random: Random,
  ) => ValueChange;
} = {
  brightness: ({ change }, random) => {
    const factor = random.between(1 - change, 1 + change);
    return (image) => mapSamples(image, (value) => value * factor);
  },
  contrast: ({ change }, random) => {
    const factor = random.between(1 - change, 1 + change);
    return (image) => {
      let sum = 0;
      for (const value of image.samples) sum += value;
      const mean = sum / image.samples.length;
      mapSamples(image, (value) => mean + (value - mean) * factor);
    };
  },
  gamma: ({ powers: [least, most] }, random) => {
    const power = Math.exp(random.between(Math.log(least), Math.log(most)));
    return (image) => {
      const [low, high] = image.clipped ? [0, 1] : rangeOf(image.samples);
      if (high === low) return;
      // noise may have taken a value below 0, whose powers are not real
      const share = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));
      mapSamples(image, (value) => low + (high - low) * share(value) ** power);
    };
  },
  hue: ({ degrees }, random) => {
    const angle = random.between(-degrees, degrees);
    return (image) => turnHues(image, angle);
  },
  saturation: ({ change }, random) => {
    const factor = random.between(1 - change, 1 + change);
    return (image) => saturate(image, factor);
  },
  blur: ({ deviations: [least, most] }, random) => {
    const deviation = random.between(least, most);
    return (image) => image.samples.set(blurred(image, deviation));
  },
  noise: ({ deviation: most }, random) => {
    const deviation = random.between(0, most);
    return ({ samples }, values) => {
      // not clipped, so that the mean of the noise is 0
      for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) + deviation * values.normal();
    };
  },
  jpeg: ({ qualities: [least, most] }, random) => {
    const quality = least + random.integer(most - least + 1);
    return (image) => {
      const [low, high] = image.clipped ? [0, 1] : rangeOf(image.samples);
      if (high > low) compress(image, quality, low, high);
    };
  },
  cutout: ({ size, count }, random) => {
    const centres = Array.from({ length: count }, () => [random.uniform(), random.uniform()] as const);
    return (image) => cutOut(image, size, centres);
  },
};

function mapSamples({ samples, clipped }: ChangedImage, change: (value: number) => number): void {
  for (let i = 0; i < samples.length; i++) {
    const value = change(samples[i] ?? 0);
    samples[i] = clipped ? Math.min(1, Math.max(0, value)) : value;
  }
}

function rangeOf(samples: Float32Array): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of samples) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
