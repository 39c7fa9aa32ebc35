/** What the runtime does with every kind of target. A new kind is a file beside this and a line here; without them this does not compile. */
import {
  filesReadBy,
  type TargetConfiguration,
  type TargetKind,
} from "../../compiler/learning/targets/registry.ts";
import type { MapBatch, TargetBatch } from "../arrays.ts";
import type { Truth } from "../data/data-set.ts";
import { type LayerPlan, layerPlan } from "../data/layers/layer.ts";
import type { ImageFit } from "../fit/fit.ts";
import { alignLabels, alignMap } from "../fit/fit-batch.ts";
import type { Raster } from "../images/raster.ts";
import type { OnDemand, OutputMetrics } from "../metrics/output-metrics.ts";
import { boundaries } from "./boundaries.ts";
import { centres } from "./centres.ts";
import { chroma } from "./chroma.ts";
import { colourBins } from "./colour-bins.ts";
import { depth } from "./depth.ts";
import { image } from "./image.ts";
import { imageClass } from "./image-class.ts";
import { labels } from "./labels.ts";
import type { LearnedTarget } from "./learned-target.ts";
import { normals } from "./normals.ts";
import { offsets } from "./offsets.ts";
import type { PictureChange, TargetRow } from "./target-row.ts";

const rows: { readonly [K in TargetKind]: TargetRow<K> } = {
  labels,
  boundaries,
  depth,
  normals,
  image,
  chroma,
  colour_bins: colourBins,
  centres,
  offsets,
  image_class: imageClass,
};

/** A row that is given only targets of its own kind. */
type AnyRow = Omit<TargetRow<TargetKind>, "layer" | "learned" | "metrics"> & {
  readonly layer: (target: TargetConfiguration, channels: number) => LayerPlan["source"];
  readonly learned: (target: TargetConfiguration) => LearnedTarget;
  readonly metrics: (...given: Parameters<TargetRow<TargetKind>["metrics"]>) => OutputMetrics;
};

function rowOf(kind: TargetKind): AnyRow {
  return rows[kind] as AnyRow; // the row of the kind asked for
}

/** What is read of each image for it. @param channels of the output */
export function layerOfTarget(target: TargetConfiguration, channels: number): LayerPlan {
  return layerPlan(rowOf(target.kind).layer(target, channels), filesReadBy(target));
}

export function learnedTarget(target: TargetConfiguration): LearnedTarget {
  return rowOf(target.kind).learned(target);
}

export function predictedBy({ kind }: Pick<LearnedTarget, "kind">): "classes" | "map" {
  return rowOf(kind).predicts;
}

/** What is true at image pixels, at the positions of an output. */
export function alignedTruth(
  { kind }: Pick<LearnedTarget, "kind">,
  truth: Truth,
  fit: ImageFit,
  output: number,
): Truth {
  if (truth.kind === "labels") return { kind: "labels", ...alignLabels(truth, fit, output) };
  return { kind: "map", ...(rowOf(kind).align ?? alignMap)(truth, fit, output) };
}

/** What its predictions tell of objects. */
export function findsObjects({ kind }: Pick<LearnedTarget, "kind">): "points" | "owners" | undefined {
  return rowOf(kind).finds;
}

export function targetForLoss({ kind }: Pick<LearnedTarget, "kind">, truth: Truth): TargetBatch {
  return rowOf(kind).forLoss(truth);
}

/** Predicted values as they are measured and shown. */
export function decodedMap(map: MapBatch, learned: LearnedTarget): MapBatch {
  return rowOf(learned.kind).decode?.(map, learned) ?? map;
}

/** Values of a changed picture as values of the picture itself, in place. */
export function restoreMap(map: MapBatch, learned: LearnedTarget, change: PictureChange): void {
  const { restore } = rowOf(learned.kind);
  if (restore !== "same") restore(map, learned, change);
}

export function metricsFor(
  learned: LearnedTarget,
  classes: readonly string[],
  demand: OnDemand = [],
  counts?: readonly (readonly number[])[],
): OutputMetrics {
  return rowOf(learned.kind).metrics(learned, classes, demand, counts);
}

export function mayEnlarge({ kind }: LearnedTarget): boolean {
  return rowOf(kind).enlarges;
}

/** Values as the files of the target hold them. @param image what the network saw, of the same size */
export function pictureOfMap(map: MapBatch, learned: LearnedTarget, image: Raster): Raster {
  return rowOf(learned.kind).picture(map, learned, image);
}

/** Values as a picture for the eye, like that of the truth. */
export function previewOfMap(map: MapBatch, learned: LearnedTarget, image: Raster, truth: MapBatch): Raster {
  const { preview, picture } = rowOf(learned.kind);
  return preview?.(map, learned, truth) ?? picture(map, learned, image);
}
