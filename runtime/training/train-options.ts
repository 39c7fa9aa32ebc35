/** What a training run is given and what it gives back. */
import type { SourceFile } from "../../compiler/compile.ts";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { DataSet } from "../data/data-set.ts";
import type { WorkingReport } from "../engines/choose.ts";
import type { Engine } from "../engines/engine.ts";
import type { BestMetrics } from "./best-metrics.ts";
import type { TrainingObserver } from "./observer.ts";
import type { HeldRunFolder } from "./run-folder.ts";
import type { StartingPoint } from "./starting-weights.ts";

export interface TrainOptions {
  readonly configuration: TrainConfiguration;
  readonly data: DataSet;
  readonly engine: Engine;
  /** Held until the run and its report are done; the caller releases it. */
  readonly folder: HeldRunFolder;
  /** Of the program (source-hash.ts), and the version of fcn: kept with the weights. */
  readonly source: string;
  readonly version: string;
  /** The program's files, of which the run keeps copies; the program itself first. Left out: none. */
  readonly files?: readonly SourceFile[] | undefined;
  /** What the engine said of itself: kept in the run's record. */
  readonly engineReport?: WorkingReport | undefined;
  /** Weights that a new run loads before its first step: those that agree by name and shape. */
  readonly startFrom?: StartingPoint | undefined;
  /** Bytes that a step may take: feature maps are computed again in the backward pass where it needs more. Left out: what the engine holds. */
  readonly memory?: number | undefined;
  /** Resumes from a checkpoint of another plan (run-plan.ts) too, as far as its state fits. */
  readonly allowChanges?: boolean | undefined;
  /** Seconds after which a checkpoint is written inside an epoch too; left out: ten minutes. */
  readonly checkpointInterval?: number | undefined;
  /** Checkpoints of the last whole epochs to keep, beside the last one and the best weights; left out: 3. */
  readonly keptCheckpoints?: number | undefined;
  /** Writes event files of TensorBoard too. */
  readonly tensorboard?: boolean | undefined;
  /** Epochs after which the run pauses, as if it were to be resumed; schedules continue towards the epochs of the configuration. */
  readonly stopAfter?: number | undefined;
  /** When it aborts, the step under way is finished, a checkpoint written, and the run ends as "interrupted". */
  readonly signal?: AbortSignal | undefined;
  readonly observer?: TrainingObserver | undefined;
}

export interface TrainResult {
  /** "finished": all epochs; "early": no improvement for as many epochs as asked; "interrupted": by the signal; "paused": after `stopAfter`. */
  readonly ended: "finished" | "early" | "interrupted" | "paused";
  /** Whole epochs, and updates, of all parts of a resumed run together. */
  readonly epochs: number;
  readonly steps: number;
  /** Training time. */
  readonly seconds: number;
  /** Of the best weights; `undefined` when no epoch was finished. */
  readonly best: BestMetrics | undefined;
}
