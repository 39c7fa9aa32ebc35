/** What one pair and its layers hold, or what is wrong with them. */
import type { MaskConfiguration, MaskValue } from "../../compiler/learning/configuration.ts";
import { EmptyFile } from "../images/read-bytes.ts";
import { readImage } from "../images/read-image.ts";
import { isLarge, scanImage } from "../images/rows/scan-image.ts";
import { UserError } from "../user-error.ts";
import { countLabel } from "./count-label.ts";
import { fileOfLayer, isLayerSize, type LayerPlan, layerSize } from "./layers/layer.ts";
import { readLayer } from "./layers/registry.ts";
import type { Pair } from "./pair.ts";

export interface UnreadableFile {
  readonly file: string;
  readonly empty: boolean;
  readonly reason: string;
  readonly help: string | undefined;
}

export interface PairInspection {
  /** [height, width]; `undefined` when the file cannot be read. */
  readonly imageSize: readonly [number, number] | undefined;
  /** Whether the image has floating-point samples. */
  readonly floatingPoint: boolean;
  readonly labelSize: readonly [number, number] | undefined;
  /** Why a file cannot be read, with its path. */
  readonly unreadable: readonly UnreadableFile[];
  /** Pixels of every stored label value. */
  readonly values: ReadonlyMap<MaskValue, number>;
  readonly undeclared: ReadonlySet<MaskValue>;
  /** Pixels of each class, and those ignored by declaration. */
  readonly classPixels: readonly number[];
  readonly ignoredPixels: number;
  /** Of the layers that can be read. */
  readonly layers: readonly LayerInspection[];
}

export interface LayerInspection {
  readonly file: string;
  readonly size: readonly [height: number, width: number];
  /** Where its size is wrong beside the image's: what it is to be. */
  readonly wanted?: readonly [height: number, width: number] | undefined;
  /** Whether it is an input of a size of its own. */
  readonly scaled: boolean;
  /** Whether anything is known in it. */
  readonly known: boolean;
}

/** Whether it is the image or the label image of the pair itself. */
function isOwn({ source, from }: LayerPlan): boolean {
  return (source.kind === "image" && from === "images") || source.kind === "classes";
}

/** Decodes all files of the pair whole, so that damage anywhere in them is found. Never throws for a file's sake. */
export async function inspectPair(
  pair: Pair,
  channels: number,
  masks: MaskConfiguration,
  plans: readonly LayerPlan[] = [],
): Promise<PairInspection> {
  const unreadable: UnreadableFile[] = [];
  const attempt = async <T>(file: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // An image that is its own target is read twice.
      if (unreadable.some((known) => known.file === file)) return undefined;
      unreadable.push({ file, empty: error instanceof EmptyFile, reason: error.message, help: error.help });
      return undefined;
    }
  };
  const image = await attempt(pair.image, async () => {
    const scanned = (channels === 1 || channels === 3) && (await isLarge(pair.image));
    return scanned ? scanImage(pair.image, channels) : readImage(pair.image, channels);
  });
  const { label: labelFile } = pair;
  const asClasses = labelFile !== undefined && masks.classes.length > 0;
  const label = asClasses ? await attempt(labelFile, () => countLabel(pair, masks)) : undefined;
  const layers: LayerInspection[] = [];
  for (const plan of plans) {
    if (isOwn(plan)) continue; // read above
    const file = fileOfLayer(pair, plan);
    const layer = await attempt(file, () => inspectLayer(pair, plan, masks));
    if (layer === undefined) continue;
    const { known } = layer;
    const size = [layer.height, layer.width] as const;
    const whole = image && ([image.height, image.width] as const);
    const wanted = whole && !isLayerSize(plan, whole, size) ? layerSize(plan, whole) : undefined;
    layers.push({ file, size, wanted, scaled: plan.pixels !== undefined, known });
  }
  const undeclaredPixels = [...(label?.undeclared ?? [])]
    .map((value) => label?.values.get(value) ?? 0)
    .reduce((total, count) => total + count, 0);
  return {
    imageSize: image && [image.height, image.width],
    floatingPoint: image?.fullScale === 1,
    labelSize: label?.size,
    unreadable,
    values: label?.values ?? new Map(),
    undeclared: label?.undeclared ?? new Set(),
    classPixels: label?.classPixels ?? masks.classes.map(() => 0),
    ignoredPixels: (label?.withoutClass ?? 0) - undeclaredPixels,
    layers,
  };
}

/** Its size, and whether anything is known in it. */
async function inspectLayer(
  pair: Pair,
  plan: LayerPlan,
  masks: MaskConfiguration,
): Promise<{ readonly height: number; readonly width: number; readonly known: boolean }> {
  const { source } = plan;
  const file = fileOfLayer(pair, plan);
  if (source.kind === "image" && (source.channels === 1 || source.channels === 3) && (await isLarge(file)))
    return { ...(await scanImage(file, source.channels)), known: true };
  const { height, width, centres, values } = await readLayer(pair, plan, masks);
  // An image without objects is known to have none.
  return { height, width, known: centres !== undefined || !values.every((value) => Number.isNaN(value)) };
}
