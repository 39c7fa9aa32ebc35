/** One decoded pair: an image, the classes of its pixels, and its layers. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { Layer } from "../arrays.ts";
import type { Raster, Samples } from "../images/raster.ts";
import { readImage } from "../images/read-image.ts";
import { UserError } from "../user-error.ts";
import { mapClasses } from "./class-map.ts";
import type { Pair } from "./data-set.ts";
import type { LayerPlan } from "./layers.ts";
import { readLayer } from "./read-layer.ts";
import { readPairLabel } from "./read-pair-label.ts";

export interface Sample {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fullScale: Raster["fullScale"];
  /** [height, width, channels]. */
  readonly image: Samples;
  /** [height, width]; −1: ignored. */
  readonly classes: Int16Array;
  /** By key; each of the image's size. */
  readonly layers?: ReadonlyMap<string, Layer>;
}

/**
 * @throws UserError naming the file: unreadable, of another size than its label, or with values that `masks` does not mention
 */
export async function readSample(
  pair: Pair,
  channels: number,
  masks: MaskConfiguration,
  plans: readonly LayerPlan[] = [],
): Promise<Sample> {
  const image = await readImage(pair.image, channels);
  const { height, width } = image;
  const layers = new Map<string, Layer>();
  for (const plan of plans) layers.set(plan.key, await readLayerOf(pair, plan, image));
  return {
    height,
    width,
    channels: image.channels,
    fullScale: image.fullScale,
    image: image.data,
    classes: await readClasses(pair, image, masks),
    layers,
  };
}

/** Every pixel is ignored where there is no label image, or where it is no image of classes (no class is named). */
async function readClasses(pair: Pair, image: Raster, masks: MaskConfiguration): Promise<Int16Array> {
  if (pair.label === undefined || masks.classes.length === 0) {
    return new Int16Array(image.height * image.width).fill(-1);
  }
  const label = mapClasses(await readPairLabel(pair), masks);
  if (label.height !== image.height || label.width !== image.width) {
    throw new UserError(
      `${pair.label} has ${label.height}×${label.width} pixels, its image ${pair.image} has ${image.height}×${image.width}`,
      "An image and its label must have the same size.",
    );
  }
  if (label.undeclared.size > 0) {
    throw new UserError(
      `${pair.label} contains values that belong to no class: ${[...label.undeclared].slice(0, 8).join(", ")}`,
      "Declare them in masks; `fcn data check` suggests how.",
    );
  }
  return label.classes;
}

/** @throws Error when the pair has no file for it: pairs are made with all the files that are planned */
export function fileOfLayer(pair: Pair, { key, from }: LayerPlan): string {
  const file = from === "images" ? pair.image : from === "labels" ? pair.label : pair.layers?.[key];
  if (file === undefined) throw new Error(`${pair.name} has no file for the layer ${key}`);
  return file;
}

async function readLayerOf(pair: Pair, plan: LayerPlan, image: Raster): Promise<Layer> {
  const file = fileOfLayer(pair, plan);
  const { height, width, channels, values } = await readLayer(file, plan.source);
  if (height === image.height && width === image.width) return { channels, values };
  throw new UserError(
    `${file} has ${height}×${width} pixels, its image ${pair.image} has ${image.height}×${image.width}`,
    "An image and its targets must have the same size.",
  );
}

/** The same sample in memory that threads share, so that handing it over copies nothing. */
export function shareSample(sample: Sample): Sample {
  const image = inSharedMemory(sample.image);
  const classes = new Int16Array(new SharedArrayBuffer(sample.classes.byteLength));
  classes.set(sample.classes);
  const layers = new Map(
    [...(sample.layers ?? [])].map(([key, { channels, values }]) => {
      const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
      shared.set(values);
      return [key, { channels, values: shared }] as const;
    }),
  );
  return { ...sample, image, classes, layers };
}

function inSharedMemory(samples: Samples): Samples {
  const kind = samples.constructor as new (buffer: SharedArrayBuffer) => Samples; // a typed array is made by its own class
  const shared = new kind(new SharedArrayBuffer(samples.byteLength));
  shared.set(samples);
  return shared;
}
