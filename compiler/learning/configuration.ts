/** The configuration of a `train` section, with all defaults. Paths are as written, relative to the `.fcn` file. */
import type { AugmentationConfiguration } from "./augmentations/registry.ts";
import type { AverageConfiguration } from "./averages/registry.ts";
import type { ClipConfiguration } from "./clipping/registry.ts";
import type { DataConfiguration } from "./data/registry.ts";
import type { FreezeConfiguration, GroupConfiguration } from "./groups/registry.ts";
import type { InputSource } from "./inputs/registry.ts";
import type { WeightedLoss } from "./losses/registry.ts";
import type { MaskConfiguration } from "./masks.ts";
import type { OptimizerConfiguration } from "./optimizers/registry.ts";
import type { ScheduleConfiguration } from "./schedules/registry.ts";
import type { SweepStrategy } from "./sweeps/registry.ts";
import type { TargetConfiguration } from "./targets/registry.ts";

export type { MaskConfiguration, MaskValue } from "./masks.ts";

export interface TrainConfiguration {
  readonly network: string;
  readonly startFrom: string | undefined;
  /** Whose names the weights of that file have; left out: the program's own. */
  readonly startAs?: StartNames;
  readonly data: DataConfiguration | undefined;
  readonly masks: MaskConfiguration;
  /** In the order in which they are applied. */
  readonly augment: readonly AugmentationConfiguration[];
  /** Source of each input, in graph order. */
  readonly inputs: readonly InputConfiguration[];
  /** Target and loss of each output, in graph order. */
  readonly outputs: readonly OutputConfiguration[];
  /** Height and width of the largest objects, in pixels of the input; a lint compares the receptive field with it. */
  readonly objects?: readonly [height: number, width: number];
  readonly optimizer: OptimizerConfiguration;
  /** Weights with a learning rate or a weight decay of their own; of several that match, the last one that gives a setting counts. */
  readonly groups?: readonly GroupConfiguration[];
  /** What is frozen in which epochs. */
  readonly freeze?: readonly FreezeConfiguration[];
  /** What limits the gradients before each update, in the order in which they are applied. */
  readonly clip?: readonly ClipConfiguration[];
  /** Batches whose gradients make one update; left out: one. */
  readonly accumulate?: number;
  /** Of the weights over the updates: what is evaluated and kept. Left out: the weights themselves. */
  readonly average?: AverageConfiguration;
  /** Each takes the learning rate that the one before it gives. */
  readonly schedule: readonly ScheduleConfiguration[];
  readonly epochs: number;
  readonly batch: number;
  readonly lastBatch: LastBatch;
  readonly seed: number;
  readonly keep: KeepConfiguration;
  /** What differs between the trials of a sweep; a single run takes no part of it. */
  readonly sweep?: SweepConfiguration;
  /** Of a cross-validation; no part of a train section: who starts the run asks for it. From 1. */
  readonly fold?: { readonly fold: number; readonly of: number };
}

/** Other programs' names of weights that a run can start from. */
export const startNames = ["torchvision"] as const;
export type StartNames = (typeof startNames)[number];

/**
 * What happens to the images that do not fill a batch. "join": a single one joins the batch before, so that no batch has one
 * image; several form a batch. "keep": they form a batch. "drop": they are left out in this epoch.
 */
export type LastBatch = "join" | "keep" | "drop";

export type InputConfiguration = { readonly name: string } & InputSource;

export interface OutputConfiguration {
  readonly name: string;
  readonly target: TargetConfiguration;
  /** The loss of the output is their sum; the loss of the network is the sum over its outputs. */
  readonly loss: readonly WeightedLoss[];
}

export interface KeepConfiguration {
  /** A measure of an output, "labels.mean_iou", "depth.loss"; or "loss", that of the network. */
  readonly best: string;
  /** The class whose measure it is; `undefined`: it is of all together. */
  readonly bestClass: string | undefined;
  /** Stop after this many epochs without improvement; `undefined`: never. */
  readonly patience: number | undefined;
}

/** The output and its measure that `keep best by` names; without an output, the loss of the network. */
export function keptMeasure({ best }: Pick<KeepConfiguration, "best">): {
  readonly output: string | undefined;
  readonly measure: string;
} {
  const dot = best.lastIndexOf(".");
  return dot < 0
    ? { output: undefined, measure: best }
    : { output: best.slice(0, dot), measure: best.slice(dot + 1) };
}

/** What the entry `sweep` defines. */
export interface SweepConfiguration {
  readonly strategy: SweepStrategy;
  readonly axes: readonly SweepAxis[];
}

/** What differs between trials: a parameter of the network, or an entry of the train section. */
export interface SweepAxis {
  /** "width", "learning_rate", "optimizer". */
  readonly name: string;
  readonly of: "network" | "training";
  readonly values: readonly SweepValue[] | SweepRange;
}

/** From which values are drawn with a uniform logarithm; of numbers of the optimizer. */
export interface SweepRange {
  readonly least: number;
  readonly most: number;
}

export interface SweepValue {
  /** As the language writes it. */
  readonly text: string;
  /** Of an entry of the train section. */
  readonly change: Partial<TrainConfiguration>;
}
