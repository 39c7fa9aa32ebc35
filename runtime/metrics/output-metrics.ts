/** What is measured of one output over many images. */

import type { ClassReport } from "./confusion.ts";

/** Classes, or maps of values. */
export interface Measured {
  readonly data: ArrayLike<number>;
  /** [batch, height, width], and channels for values. */
  readonly shape: readonly number[];
  /** Of classes: the probability of each; where a measure on demand needs it. */
  readonly confidence?: ArrayLike<number> | undefined;
}

/** The names of measures on demand that are wanted (compiler/learning/metrics/measure.ts). */
export type OnDemand = readonly string[];

type CostlyMeasure = "boundary_f" | "hausdorff95" | "calibration_error" | "ssim";

export interface OutputMetrics<M extends string = string> {
  /**
   * @param truth as many values as predicted (boundaries: one a pixel); −1 among classes, NaN among values: not known, not counted
   * @throws RangeError when lengths differ
   */
  readonly add: (predicted: Measured, truth: ArrayLike<number>) => void;
  /** By the names of the target's measures (compiler/learning/targets/); `null` where nothing was counted. */
  readonly values: () => Readonly<
    Record<Exclude<M, CostlyMeasure>, number | null> & Partial<Record<M & CostlyMeasure, number | null>>
  >;
  /** Of an output that distinguishes the classes of `masks`. */
  readonly classes?: () => ClassReport;
  /** All that was counted, to continue from. */
  readonly counts: () => readonly (readonly number[])[];
}

/** Measures by output and name; `null` where nothing was counted. */
export type OutputValues = Readonly<Record<string, Readonly<Record<string, number | null>>>>;
/** By output. */
export type OutputClasses = Readonly<Record<string, ClassReport>>;
export type OutputCounts = Readonly<Record<string, readonly (readonly number[])[]>>;
