/** What a training run tells those who watch it. */
import type { DataReport } from "../data/data-set.ts";
import type { OutputValues } from "../metrics/output-metrics.ts";
import type { MemoryNeed } from "./memory-need.ts";
import type { EpochLine } from "./metrics-log.ts";

export type TrainingEvent =
  | { readonly kind: "checked"; readonly report: DataReport }
  /** Weights of another run were loaded, or images are split into patches. */
  | { readonly kind: "note"; readonly message: string }
  | { readonly kind: "memory"; readonly need: MemoryNeed }
  | { readonly kind: "begins"; readonly plan: TrainingPlan }
  | { readonly kind: "step"; readonly progress: StepProgress }
  | { readonly kind: "validating"; readonly done: number; readonly of: number }
  | { readonly kind: "epoch"; readonly line: EpochLine };

export interface TrainingPlan {
  readonly trainingImages: number;
  readonly validationImages: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** Updates made before: above zero when the run is resumed. */
  readonly step: number;
  /** Of the loss, in class order; `undefined`: all one. */
  readonly classWeights: readonly number[] | undefined;
}

export interface StepProgress {
  /** From 1. */
  readonly epoch: number;
  /** Updates made, in all and in this epoch. */
  readonly step: number;
  readonly stepInEpoch: number;
  /** Mean over the epoch's steps so far. */
  readonly loss: number;
  /** The measures of every output on the epoch's training batches so far. */
  readonly training: OutputValues;
  readonly imagesPerSecond: number;
  /** Until the last epoch ends, at the pace so far. */
  readonly secondsLeft: number;
}

export type TrainingObserver = (event: TrainingEvent) => void;
