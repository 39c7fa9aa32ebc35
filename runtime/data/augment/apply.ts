/** Applies the changes drawn for a sample to its image, its labels and its layers. */
import type { Random } from "../../random.ts";
import type { LayerPlan } from "../layers.ts";
import { resampleClasses, resampleImage } from "../resample.ts";
import { resampleLayer } from "../resample-layer.ts";
import type { Sample } from "../sample.ts";
import type { DrawnAugmentation } from "./draw.ts";

/**
 * Image and label through the same map, sampled once: the image bilinearly and mirrored beyond its edges, the label by
 * nearest pixel and ignored beyond its edges, so that no class appears where there was none. Then the values of the image change.
 * Scaling down does not low-pass the image.
 * @param images [height, width, channels] of the output, samples in 0 … 1
 * @param labels [height, width] of the output
 * @param random for what is drawn for every pixel
 */
export function applyAugmentation(
  sample: Sample,
  augmentation: DrawnAugmentation,
  images: Float32Array,
  labels: Int32Array,
  random: Random,
): void {
  resampleImage(sample, augmentation.map, images);
  resampleClasses(sample, augmentation.map, labels);
  changeValues(images, sample.channels, sample, augmentation, "input", random);
}

/**
 * A layer through the same map. The image's own samples (from "images") change their values too: as an input like the image, as a target
 * only their tones; colours as chroma, and images from files of their own, stay as they are.
 * @param target [height, width, channels] of the output
 */
export function augmentLayer(
  sample: Sample,
  plan: LayerPlan,
  augmentation: DrawnAugmentation,
  target: Float32Array,
  use: "input" | "target",
  random: Random,
): void {
  const layer = sample.layers?.get(plan.key);
  if (layer === undefined) throw new Error(`the sample was read without the layer ${plan.key}`);
  const { height, width } = sample;
  resampleLayer({ ...layer, height, width }, plan.source, augmentation.map, target);
  if (plan.source.kind === "image" && plan.from === "images")
    changeValues(target, layer.channels, sample, augmentation, use, random);
}

function changeValues(
  samples: Float32Array,
  channels: number,
  { fullScale }: Sample,
  { map: { height, width }, values }: DrawnAugmentation,
  use: "input" | "target",
  random: Random,
): void {
  const image = { height, width, channels, samples, clipped: fullScale !== 1 };
  for (const { tone, change } of values) if (tone || use === "input") change(image, random);
}
