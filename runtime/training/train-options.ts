/** What a training run is given and what it gives back. */
import type { TrainConfiguration } from "../../compiler/train/configuration.ts";
import type { DataSet } from "../data/data-set.ts";
import type { Engine } from "../engines/engine.ts";
import type { MetricsJson } from "../metrics/confusion.ts";
import type { OutputValues } from "../metrics/metrics-by-output.ts";
import type { TrainingObserver } from "./observer.ts";
import type { RunFolder, RunMode } from "./run-folder.ts";
import type { StoredWeights } from "./weights-file.ts";

export interface TrainOptions {
  readonly configuration: TrainConfiguration;
  readonly data: DataSet;
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly mode: RunMode;
  /** Of the program (source-hash.ts), and the version of fcn: kept with the weights. */
  readonly source: string;
  readonly version: string;
  /** Weights to take over where names and shapes agree, before the first step of a new run. */
  readonly startFrom?: StoredWeights | undefined;
  /** When it aborts, the step under way is finished, a checkpoint written, and the run ends as "interrupted". */
  readonly signal?: AbortSignal | undefined;
  readonly observer?: TrainingObserver | undefined;
}

export interface TrainResult {
  /** "finished": all epochs; "early": no improvement for as many epochs as asked; "interrupted": by the signal. */
  readonly ended: "finished" | "early" | "interrupted";
  /** Whole epochs, and updates, of all parts of a resumed run together. */
  readonly epochs: number;
  readonly steps: number;
  /** Training time. */
  readonly seconds: number;
  /** Of the best weights; `undefined` when no epoch was finished. */
  readonly best: BestMetrics | undefined;
}

/** What `metrics.json` holds. */
export interface BestMetrics extends MetricsJson {
  readonly network: string;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number | null;
  /** The images the metrics were measured on. */
  readonly measured_on: "validation" | "training";
  /** The measures of every output, and its part of the loss. The fields beside are the first output's with labels. */
  readonly outputs: OutputValues;
  readonly losses: Readonly<Record<string, number>>;
}
