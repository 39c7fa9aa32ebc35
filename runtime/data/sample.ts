/** One image with everything that is read of it. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { Region, Samples } from "../images/raster.ts";
import { readImageSize } from "../images/read-image-size.ts";
import { UserError } from "../user-error.ts";
import { isPointsFile } from "./annotations/points-file.ts";
import { fileOfLayer, type Layer, type LayerPlan, type SizedLayer } from "./layers/layer.ts";
import { readLayer } from "./layers/registry.ts";
import type { Pair } from "./pair.ts";

export interface Sample {
  readonly height: number;
  readonly width: number;
  /** What is read of the image; left out: all of it. */
  readonly region?: Region | undefined;
  /** By key; each of the image's size, or of the region's. */
  readonly layers: ReadonlyMap<string, Layer>;
}

/**
 * @param plans at least one
 * @throws UserError naming the file: unreadable, of another size than the image, or with values that `masks` does not mention
 */
export async function readSample(
  pair: Pair,
  masks: MaskConfiguration,
  plans: readonly LayerPlan[],
): Promise<Sample> {
  const layers = new Map<string, SizedLayer>();
  let size: readonly [height: number, width: number, file: string] | undefined;
  // The image comes first, so that a message names what differs from it.
  for (const plan of [...plans].sort((a, b) => Number(b.from === "images") - Number(a.from === "images"))) {
    const layer = await readLayer(pair, plan, masks);
    const { height, width } = layer;
    const file = fileOfLayer(pair, plan);
    size ??= [height, width, file];
    if (height !== size[0] || width !== size[1]) {
      throw otherSize(file, [height, width], size, plan);
    }
    layers.set(plan.key, layer);
  }
  if (size === undefined) throw new Error(`nothing is read of ${pair.name}`);
  return { height: size[0], width: size[1], layers };
}

/**
 * As `readSample`, of a part.
 * @param image of the image, [height, width]
 */
export async function readSamplePart(
  pair: Pair,
  masks: MaskConfiguration,
  plans: readonly LayerPlan[],
  image: readonly [height: number, width: number],
  region: Region,
): Promise<Sample> {
  const layers = new Map<string, SizedLayer>();
  for (const plan of plans) {
    const file = fileOfLayer(pair, plan);
    const made = pair.drawing !== undefined || pair.objects !== undefined;
    const shown = (made && plan.from === "labels") || isPointsFile(file);
    const [height, width] = shown ? image : await readImageSize(file);
    if (height !== image[0] || width !== image[1])
      throw otherSize(file, [height, width], [...image, pair.image], plan);
    layers.set(plan.key, await readLayer(pair, plan, masks, region));
  }
  return { height: image[0], width: image[1], region, layers };
}

function otherSize(
  file: string,
  [height, width]: readonly [number, number],
  size: readonly [height: number, width: number, file: string],
  plan: LayerPlan,
): UserError {
  return new UserError(
    `${file} has ${height}×${width} pixels, its image ${size[2]} has ${size[0]}×${size[1]}`,
    plan.from === "labels"
      ? "An image and its label must have the same size."
      : "An image and its targets must have the same size.",
  );
}

/** A layer of a sample that was read with it. */
export function layerOf(sample: Sample, { key }: LayerPlan): SizedLayer {
  const layer = sample.layers.get(key);
  if (layer === undefined) throw new Error(`the sample was read without the layer ${key}`);
  return { ...layer, height: sample.height, width: sample.width, region: sample.region };
}

/** The same sample in memory that threads share, so that handing it over copies nothing. */
export function shareSample(sample: Sample): Sample {
  const layers = [...sample.layers].map(
    ([key, layer]) => [key, { ...layer, values: inSharedMemory(layer.values) }] as const,
  );
  return { ...sample, layers: new Map(layers) };
}

function inSharedMemory(values: Samples | Int16Array): Samples | Int16Array {
  // a typed array is made by its own class
  const kind = values.constructor as new (buffer: SharedArrayBuffer) => Samples | Int16Array;
  const shared = new kind(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
