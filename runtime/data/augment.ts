/** Random changes of a training pair that keep its label true. */
import type { AugmentConfiguration } from "../../compiler/learning/configuration.ts";
import type { Random } from "../random.ts";
import { composeMap, type Geometry } from "./geometric-map.ts";
import type { LayerPlan } from "./layers.ts";
import { resampleClasses, resampleImage } from "./resample.ts";
import { resampleLayer } from "./resample-layer.ts";
import type { Sample } from "./sample.ts";

export interface Augmentation {
  readonly geometry: Geometry;
  /** Factors. */
  readonly brightness: number;
  readonly contrast: number;
}

/** Used in validation: the image unchanged. */
export const noAugmentation: AugmentConfiguration = {
  flip: false,
  flipVertical: false,
  rotate: 0,
  scale: [1, 1],
  crop: undefined,
  brightness: 0,
  contrast: 0,
};

/** Whether rotations by 90° can exchange height and width of the output. */
export function turnsSizes(augment: AugmentConfiguration): boolean {
  return isQuarter(augment) && augment.crop === undefined;
}

function isQuarter(augment: AugmentConfiguration): boolean {
  return augment.rotate === 90 || augment.rotate === 180;
}

/**
 * Draws one augmentation. The output has the crop's size, else the image's (height and width exchanged by an odd number of rotations by
 * 90°); where scaling or a small image leaves room, the image's place in it is random too.
 * @param size of the image, [height, width] in pixels
 * @param oddTurns whether the number of rotations by 90° must be odd, so that all images of a batch get one size; left out: free
 */
export function drawAugmentation(
  augment: AugmentConfiguration,
  size: readonly [height: number, width: number],
  random: Random,
  oddTurns?: boolean,
): Augmentation {
  const flip = augment.flip && random.uniform() < 0.5;
  const flipVertical = augment.flipVertical && random.uniform() < 0.5;
  const quarterTurns = isQuarter(augment)
    ? oddTurns === undefined
      ? random.integer(4)
      : 2 * random.integer(2) + (oddTurns ? 1 : 0)
    : 0;
  const angle =
    isQuarter(augment) || augment.rotate === 0
      ? 0
      : (random.between(-augment.rotate, augment.rotate) * Math.PI) / 180;
  const [least, most] = augment.scale;
  const scale = least === most ? least : random.between(least, most);
  const [turnedHeight, turnedWidth] = quarterTurns % 2 === 0 ? size : [size[1], size[0]];
  const [height, width] = augment.crop ?? [turnedHeight, turnedWidth];
  return {
    geometry: {
      flip,
      flipVertical,
      quarterTurns,
      angle,
      scale,
      height,
      width,
      top: place(turnedHeight * scale, height, random),
      left: place(turnedWidth * scale, width, random),
    },
    brightness: factor(augment.brightness, random),
    contrast: factor(augment.contrast, random),
  };
}

/** Whole pixels from the content's edge to the window's, either way round. */
function place(content: number, window: number, random: Random): number {
  const room = Math.trunc(content - window);
  if (room === 0) return 0;
  return Math.sign(room) * random.integer(Math.abs(room) + 1);
}

function factor(spread: number, random: Random): number {
  return spread === 0 ? 1 : random.between(1 - spread, 1 + spread);
}

/**
 * Image and label through the same map, sampled once: the image bilinearly and mirrored beyond its edges, the label by
 * nearest pixel and ignored beyond its edges, so that no class appears where there was none. Then brightness times its
 * factor, contrast about the image's mean, both clipped to 0 … 1 (floating-point samples are not). Scaling down does not low-pass the image.
 * @param images [height, width, channels] of the output, samples in 0 … 1
 * @param labels [height, width] of the output
 */
export function applyAugmentation(
  sample: Sample,
  augmentation: Augmentation,
  images: Float32Array,
  labels: Int32Array,
): void {
  const map = composeMap([sample.height, sample.width], augmentation.geometry);
  resampleImage(sample, map, images);
  resampleClasses(sample, map, labels);
  changeLight(images, augmentation, sample.fullScale !== 1);
}

/**
 * A layer through the same map. The image's own samples as a target (from "images") get its brightness and contrast too; colours
 * as chroma, and images from files of their own, stay as they are.
 * @param target [height, width, channels] of the output
 */
export function augmentLayer(
  sample: Sample,
  plan: LayerPlan,
  augmentation: Augmentation,
  target: Float32Array,
): void {
  const layer = sample.layers?.get(plan.key);
  if (layer === undefined) throw new Error(`the sample was read without the layer ${plan.key}`);
  const { height, width } = sample;
  const map = composeMap([height, width], augmentation.geometry);
  resampleLayer({ ...layer, height, width }, plan.source, map, target);
  if (plan.source.kind === "image" && plan.from === "images")
    changeLight(target, augmentation, sample.fullScale !== 1);
}

/**
 * In place.
 * @param clipped samples stay within 0 … 1; floating-point samples of a file have no such range
 */
function changeLight(images: Float32Array, { brightness, contrast }: Augmentation, clipped: boolean): void {
  const keep = clipped ? clip : (value: number) => value;
  if (brightness !== 1)
    for (let i = 0; i < images.length; i++) images[i] = keep((images[i] ?? 0) * brightness);
  if (contrast !== 1) {
    let sum = 0;
    for (const value of images) sum += value;
    const mean = sum / images.length;
    for (let i = 0; i < images.length; i++) images[i] = keep(mean + ((images[i] ?? 0) - mean) * contrast);
  }
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
