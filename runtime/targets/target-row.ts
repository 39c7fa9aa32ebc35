/** What the runtime does with a kind of target: reads it, compares it, measures it and shows it. */
import type { MeasureOf, TargetKind, TargetOf } from "../../compiler/learning/targets/registry.ts";
import type { MapBatch, TargetBatch } from "../arrays.ts";
import type { Truth } from "../data/data-set.ts";
import type { LayerSource } from "../data/layers/layer.ts";
import type { ImageFit } from "../fit/fit.ts";
import type { Raster } from "../images/raster.ts";
import type { OnDemand, OutputMetrics } from "../metrics/output-metrics.ts";
import type { LearnedTarget } from "./learned-target.ts";

/** What was done to a picture before it was predicted: it was flipped, and resized by a factor. */
export interface PictureChange {
  /** Top and bottom exchanged. */
  readonly vertical: boolean;
  /** Left and right exchanged. */
  readonly horizontal: boolean;
  readonly scale: number;
}

export interface TargetRow<K extends TargetKind> {
  /** The layer of an image that holds it. @param channels of the output */
  readonly layer: (target: TargetOf<K>, channels: number) => LayerSource;
  /** What predictions must know of it. */
  readonly learned: (target: TargetOf<K>) => LearnedTarget;
  /** What the engine returns of the output: the class of every position, or its values. */
  readonly predicts: "classes" | "map";
  /** At the positions of the output. Left out: of the pixel at the centre of each. */
  readonly align?: (truth: MapBatch, fit: ImageFit, output: number) => MapBatch;
  /** At the positions of the output, as its losses take it. */
  readonly forLoss: (truth: Truth) => TargetBatch;
  /** Predicted values as they are measured and shown. Left out: as they are. */
  readonly decode?: (map: MapBatch, learned: LearnedTarget) => MapBatch;
  /**
   * Values of a changed picture, whose positions are put back, as values of the picture itself, in place; "same": what is known of a
   * pixel does not change with the picture.
   */
  readonly restore: "same" | ((map: MapBatch, learned: LearnedTarget, change: PictureChange) => void);
  /**
   * @param classes of the data
   * @param demand the measures on demand that are wanted
   * @param counts to continue from
   * @throws RangeError when the counts are not of these metrics
   */
  readonly metrics: (
    learned: LearnedTarget,
    classes: readonly string[],
    demand: OnDemand,
    counts?: readonly (readonly number[])[],
  ) => OutputMetrics<MeasureOf<K>>;
  /** Whether the output may have several positions for each pixel, so that a prediction is larger than the image. */
  readonly enlarges: boolean;
  /**
   * Values as a picture, as the files of the target are.
   * @param map [1, height, width, channels]; NaN: not known, black
   * @param image what the network saw, of the same size
   */
  readonly picture: (map: MapBatch, learned: LearnedTarget, image: Raster) => Raster;
  /** What a prediction tells of objects: the points where they are, or to which of them a pixel belongs. Left out: nothing. */
  readonly finds?: "points" | "owners";
  /** A picture for the eye, where its files are none; `truth` gives its range. Left out: `picture`. */
  readonly preview?: (map: MapBatch, learned: LearnedTarget, truth: MapBatch) => Raster;
}

/** A position has a known value when all its channels are known. */
export function valuesForLoss(truth: Truth, values: MapBatch = asMap(truth)): TargetBatch {
  const known = asMap(truth);
  const channels = known.shape[3];
  const valid = new Uint8Array(known.data.length / channels).fill(1);
  for (let i = 0; i < known.data.length; i++)
    if (Number.isNaN(known.data[i])) valid[Math.floor(i / channels)] = 0;
  return { kind: "map", data: values.data, shape: values.shape, valid };
}

/** Classes that a map holds: NaN is not known. */
export function classesForLoss(truth: Truth): TargetBatch {
  const { data: values, shape } = asMap(truth);
  const data = Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value));
  return { kind: "labels", data, shape: [shape[0], shape[1], shape[2]] };
}

/** @throws Error for classes, which are no map */
export function asMap(truth: Truth): MapBatch {
  if (truth.kind === "map") return truth;
  throw new Error("classes are given where values are learned");
}
