/** One image with everything that is read of it. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { Region, Samples } from "../images/raster.ts";
import { readImageSize } from "../images/read-image-size.ts";
import { UserError } from "../user-error.ts";
import { isPointsFile } from "./annotations/points-file.ts";
import { type GeometricMap, inPicture } from "./canvas.ts";
import {
  fileOfLayer,
  isLayerSize,
  type Layer,
  type LayerPlan,
  layerSize,
  type SizedLayer,
} from "./layers/layer.ts";
import { readLayer } from "./layers/registry.ts";
import type { Pair } from "./pair.ts";
import { sourceRegion } from "./source-region.ts";

export interface Sample {
  readonly height: number;
  readonly width: number;
  /** By key; each of its own size, in proportion to the image's, or of a part of it. */
  readonly layers: ReadonlyMap<string, SampleLayer>;
}

/** Of the image's size, where it has none of its own. */
export type SampleLayer = Layer & Partial<Omit<SizedLayer, keyof Layer>>;

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
  // The image comes first, so that a message names what differs from it; what has a size of its own comes last.
  const place = ({ from, pixels }: LayerPlan) => (pixels !== undefined ? 2 : from === "images" ? 0 : 1);
  for (const plan of [...plans].sort((a, b) => place(a) - place(b))) {
    const layer = await readLayer(pair, plan, masks);
    const { height, width } = layer;
    const file = fileOfLayer(pair, plan);
    size ??= [height, width, file];
    if (!isLayerSize(plan, [size[0], size[1]], [height, width])) {
      throw otherSize(file, [height, width], size, plan);
    }
    layers.set(plan.key, layer);
  }
  if (size === undefined) throw new Error(`nothing is read of ${pair.name}`);
  return { height: size[0], width: size[1], layers };
}

/**
 * As `readSample`, of the part that a window shows.
 * @param image of the image, [height, width]
 * @param region of the image
 * @param map of the window; layers of a size of their own need it
 */
export async function readSamplePart(
  pair: Pair,
  masks: MaskConfiguration,
  plans: readonly LayerPlan[],
  image: readonly [height: number, width: number],
  region: Region,
  map?: GeometricMap,
): Promise<Sample> {
  const layers = new Map<string, SizedLayer>();
  for (const plan of plans) {
    const file = fileOfLayer(pair, plan);
    const made = pair.drawing !== undefined || pair.objects !== undefined;
    const shown = (made && plan.from === "labels") || isPointsFile(file);
    const [height, width] = shown ? image : await readImageSize(file);
    const own = [height, width] as const;
    if (!isLayerSize(plan, image, own)) throw otherSize(file, own, [...image, pair.image], plan);
    const part = map && plan.pixels ? sourceRegion(layerMap(plan, map, image, own), own) : region;
    layers.set(plan.key, { ...(await readLayer(pair, plan, masks, part)), height, width, region: part });
  }
  return { height: image[0], width: image[1], layers };
}

/**
 * What a window shows of a layer.
 * @param image of the image, [height, width]; `own`: of the layer's file
 */
export function layerMap(
  plan: LayerPlan,
  map: GeometricMap,
  image: PerAxis<number>,
  own: PerAxis<number>,
): GeometricMap {
  const { pixels } = plan;
  if (pixels === undefined) return map;
  const scale = perAxis((axis) =>
    pixels === "any" ? own[axis] / image[axis] : pixels[axis].numerator / pixels[axis].denominator,
  );
  const window = [map.height, map.width] as const;
  const near = perAxis((axis) => Math.max(1, Math.round(window[axis] * scale[axis])));
  return inPicture(map, scale, layerSize(plan, window) ?? near);
}

function otherSize(
  file: string,
  [height, width]: readonly [number, number],
  size: readonly [height: number, width: number, file: string],
  plan: LayerPlan,
): UserError {
  const wanted = plan.pixels && layerSize(plan, [size[0], size[1]]);
  if (wanted !== undefined)
    return new UserError(
      `${file} has ${height}×${width} pixels, and its input needs ${wanted.join("×")}, as ${size[2]} has ${size[0]}×${size[1]}`,
      "shrink of the input says how many pixels of its file make one of the input; or resize the files",
    );
  return new UserError(
    `${file} has ${height}×${width} pixels, its image ${size[2]} has ${size[0]}×${size[1]}`,
    plan.from === "labels"
      ? "an image and its label must have the same size"
      : "an image and its targets must have the same size",
  );
}

/** A layer of a sample that was read with it. */
export function layerOf(sample: Sample, { key }: LayerPlan): SizedLayer {
  const layer = sample.layers.get(key);
  if (layer === undefined) throw new Error(`the sample was read without the layer ${key}`);
  return { height: sample.height, width: sample.width, ...layer };
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
