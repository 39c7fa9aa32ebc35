/** Layers: what is known of every pixel of an image. The image itself is one, so are its classes, its depth … */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { Rational } from "../../../compiler/geometry/rational.ts";
import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import type { FilesRead } from "../../../compiler/learning/definition/files.ts";
import { scaledDown } from "../../../compiler/network/scene.ts";
import type { Region, Samples } from "../../images/raster.ts";
import type { GeometricMap } from "../canvas.ts";
import type { Centres } from "../objects/placed-centres.ts";
import type { Pair } from "../pair.ts";

/** Data, so that worker threads can be asked for it. */
export type LayerSource =
  /** Of the label image, by `masks`. */
  | { readonly kind: "classes" }
  | { readonly kind: "boundaries" }
  | {
      readonly kind: "depth";
      readonly unit: number;
      readonly missing: number | undefined;
      readonly log: boolean;
    }
  | { readonly kind: "normals" }
  | { readonly kind: "image"; readonly channels: number }
  | { readonly kind: "chroma" }
  | {
      readonly kind: "centres";
      readonly deviation: number;
      /** `undefined`: one channel for every object. */
      readonly classes: readonly string[] | undefined;
    }
  | { readonly kind: "offsets"; readonly unit: number }
  | { readonly kind: "image_class"; readonly classes: readonly string[] };

export interface LayerPlan {
  /** Plans that are alike have one key, so that a layer which several outputs learn is read once. */
  readonly key: string;
  readonly source: LayerSource;
  /** "images", "labels": the files of the pair itself. */
  readonly from: FilesRead;
  /** Pixels of the file in one of the image, along each axis; "any": whatever its size, it shows all of the image. Left out: 1. */
  readonly pixels?: PerAxis<Rational> | "any";
}

/** A layer in memory. */
export interface Layer {
  readonly channels: number;
  /** [height, width, channels]; a value is this over `fullScale`. Not known: −1 among classes, else NaN. */
  readonly values: Samples | Int16Array;
  readonly fullScale: number;
  /** Of objects, in pixels of the image; where `values` are the numbers of objects, by number. */
  readonly centres?: Centres;
}

export interface SizedLayer extends Layer {
  readonly height: number;
  readonly width: number;
  /** The part that `values` are of; left out: all of it. */
  readonly region?: Region | undefined;
}

export interface ReadFrom {
  readonly pair: Pair;
  readonly from: FilesRead;
  readonly masks: MaskConfiguration;
  /** What is read of the file; left out: all of it. */
  readonly region?: Region | undefined;
}

/** How layers of a kind are read and resampled. */
export interface LayerKind<S extends LayerSource> {
  readonly channels: (source: S) => number;
  /** With the size of what is read. @throws UserError naming the file: missing, damaged, or nothing of this kind */
  readonly read: (file: string, source: S, of: ReadFrom) => Promise<SizedLayer>;
  /** By a geometric map. @param target [map.height, map.width, channels] */
  readonly resample: (
    layer: SizedLayer,
    map: GeometricMap,
    target: Float32Array | Int32Array,
    source: S,
  ) => void;
}

export function layerPlan(source: LayerSource, from: FilesRead, pixels?: LayerPlan["pixels"]): LayerPlan {
  if (pixels === undefined) return { key: JSON.stringify([source, from]), source, from };
  return { key: JSON.stringify([source, from, pixels]), source, from, pixels };
}

/** [height, width] that a layer's file is to have beside an image of a size; `undefined`: any. */
export function layerSize(
  { pixels }: Pick<LayerPlan, "pixels">,
  image: PerAxis<number>,
): PerAxis<number> | undefined {
  if (pixels === undefined) return image;
  return pixels === "any" ? undefined : perAxis((axis) => Math.max(1, scaledDown(image[axis], pixels[axis])));
}

/** Whether a file of a size can be the layer's: where the sizes do not divide, both ways of rounding are right. */
export function isLayerSize(
  plan: Pick<LayerPlan, "pixels">,
  image: PerAxis<number>,
  size: PerAxis<number>,
): boolean {
  const { pixels } = plan;
  const wanted = layerSize(plan, image);
  if (wanted === undefined) return true;
  return ([0, 1] as const).every((axis) => {
    const { numerator, denominator } =
      typeof pixels === "object" ? pixels[axis] : { numerator: 1, denominator: 1 };
    const above = Math.ceil((image[axis] * numerator) / denominator);
    return size[axis] === wanted[axis] || size[axis] === above;
  });
}

/** The file a layer of a pair is read from. @throws Error when the pair has none: pairs are made with all the files that are planned */
export function fileOfLayer(pair: Pair, { key, from }: LayerPlan): string {
  const file = from === "images" ? pair.image : from === "labels" ? pair.label : pair.layers?.[key];
  if (file === undefined) throw new Error(`${pair.name} has no file for the layer ${key}`);
  return file;
}
