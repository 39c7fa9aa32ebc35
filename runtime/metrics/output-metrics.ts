/** What is measured of one output over many images. */
import type { TargetConfiguration } from "../../compiler/train/target-configuration.ts";
import { BoundaryMetrics } from "./boundaries.ts";
import { DepthMetrics } from "./depth.ts";
import { ImageMetrics } from "./image.ts";
import { LabelMetrics } from "./labels.ts";
import { NormalMetrics } from "./normals.ts";

/** Classes, or maps of values. */
export interface Measured {
  readonly data: ArrayLike<number>;
  /** [batch, height, width], and channels for values. */
  readonly shape: readonly number[];
}

export interface OutputMetrics {
  /**
   * @param truth as many values as predicted (boundaries: one a pixel); −1 among classes, NaN among values: not known, not counted
   * @throws RangeError when lengths differ
   */
  readonly add: (predicted: Measured, truth: ArrayLike<number>) => void;
  /** By the names of compiler/train/measures.ts; `null` where nothing was counted. */
  readonly values: () => Readonly<Record<string, number | null>>;
  /** All that was counted, to go on from. */
  readonly counts: () => readonly (readonly number[])[];
}

/**
 * @param classes of the data, for labels
 * @param counts to go on from
 * @throws RangeError when the counts are not of these metrics
 */
export function metricsFor(
  target: TargetConfiguration,
  classes: readonly string[],
  counts?: readonly (readonly number[])[],
): OutputMetrics {
  switch (target.kind) {
    case "labels":
      return new LabelMetrics(classes, counts);
    case "boundaries":
      return new BoundaryMetrics(counts);
    case "depth":
      return new DepthMetrics(target.log, counts);
    case "normals":
      return new NormalMetrics(counts);
    case "image":
    case "chroma":
      return new ImageMetrics(counts);
  }
}
