/**
 * An engine has a coarse interface: it takes a compiled graph and gives a session that predicts and steps.
 *
 * No tensor of any library crosses this border, only plain arrays. Maps are [batch, height, width, channels], row major
 * with the channel fastest. Weights are in the graph's own layout (compiler/ops/operation.ts), named `${node}.${weight}`.
 */

import type { MemorySchedule } from "../../compiler/analyses/cost/memory-schedule.ts";
import type { PerAxis } from "../../compiler/axis.ts";
import type { AverageConfiguration } from "../../compiler/learning/averages/registry.ts";
import type { ClipConfiguration } from "../../compiler/learning/clipping/registry.ts";
import type { ClassWeights } from "../../compiler/learning/losses/class-weights.ts";
import type { LossTerm } from "../../compiler/learning/losses/registry.ts";
import type { OptimizerConfiguration } from "../../compiler/learning/optimizers/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Recomputation } from "../../compiler/tensors/passes/recompute/dropped-values.ts";
import type { Span } from "../../grammar/span.ts";
import type { MapBatch, Normalisation, PredictionBatch, TargetBatch, WeightArray } from "../arrays.ts";
import { UserError } from "../user-error.ts";

export interface Engine {
  /** "native", "wasm", "cpu", "webgpu", "tensorflow". */
  readonly name: EngineName;
  /** Whether it works on this machine, found by running something small. Never throws. */
  readonly probe: () => Promise<EngineReport>;
  /** @throws EngineRefusal when the graph, or a batch it is to expect, asks for what this engine cannot do. */
  readonly open: (graph: Graph, options: SessionOptions) => Promise<Session>;
  /**
   * The memory a prediction or a training step takes, without making either; the engine need not work on this machine.
   * @throws UserError, SizeRefusal as a session's `predict` and `step`.
   */
  readonly forecast: (graph: Graph, demand: MemoryDemand) => Promise<MemorySchedule>;
  /** The most bytes it can hold on any machine; `undefined`: as many as the machine. */
  readonly room: number | undefined;
}

export interface MemoryDemand {
  /** [height, width] in pixels, by input name. */
  readonly sizes: ReadonlyMap<string, PerAxis<number>>;
  /** Left out: a prediction. */
  readonly training?: SessionTraining | undefined;
  /** Of a prediction: whether dropout is on. */
  readonly dropout?: boolean | undefined;
}

/** Those that run on TensorFlow.js. */
export type TfjsEngineName = "wasm" | "cpu" | "webgpu" | "tensorflow";

/** Those whose sessions predict and train. */
export type SessionEngineName = "native" | TfjsEngineName;

/** "torch" trains in processes of its own (runtime/training/torch/), and its sessions predict. */
export type EngineName = SessionEngineName | "torch";

export type EngineReport =
  | {
      readonly engine: EngineName;
      readonly works: true;
      /** "TensorFlow.js 4.22.0, WebAssembly with SIMD, 1 thread". */
      readonly description: string;
      /** "CPU", or the GPU's name. `software`: a GPU in name only (SwiftShader, llvmpipe). */
      readonly device: string;
      readonly software: boolean;
      /** The most that one feature map of a batch, or one weight, may take; `undefined`: as far as memory goes. */
      readonly largestArray?: ArrayLimit | undefined;
    }
  | {
      readonly engine: EngineName;
      readonly works: false;
      readonly reason: string;
      /** The command or change that would add it; `undefined` when nothing would on this machine. */
      readonly remedy: string | undefined;
    };

/** The most that one array may hold. */
export interface ArrayLimit {
  readonly bytes: number;
  /** Where it comes from: "its maxStorageBufferBindingSize", "the memory of WebAssembly". */
  readonly source: string;
}

/** A batch that a session is to be given. */
export interface ExpectedBatch {
  readonly images: number;
  /** [height, width] of every input, by name. */
  readonly sizes: ReadonlyMap<string, PerAxis<number>>;
}

export interface SessionOptions {
  /** For initial weights, dropout masks and nothing else. */
  readonly seed: number;
  /**
   * How the values of inputs were normalised, by input name: (value − mean) / deviation, per channel. An operation that compares
   * colours reads it. Left out: mean 0 and deviation 1, the values are as they were (images: 0 … 1).
   */
  readonly normalisations?: ReadonlyMap<string, Normalisation>;
  /** Batches that are to come, as far as they are known: one that the engine cannot hold is refused at once. */
  readonly expects?: readonly ExpectedBatch[];
  /** Left out: the session can only predict. */
  readonly training?: SessionTraining;
}

export interface SessionTraining {
  /** By output name. An output that is left out is not trained. */
  readonly outputs: ReadonlyMap<string, OutputTraining>;
  readonly optimizer: OptimizerConfiguration;
  /** Weights with settings of their own; each weight is in one at most. */
  readonly groups?: readonly WeightGroup[] | undefined;
  /** What limits the gradients before each update, in order. */
  readonly clip?: readonly ClipConfiguration[] | undefined;
  /** Kept beside the weights and running statistics: part of the state (`readState`), `${name}.average`. */
  readonly average?: AverageConfiguration | undefined;
  /** Batches that make one update, for the forecast of memory; left out: one. */
  readonly accumulate?: number | undefined;
  /** Feature maps that are computed again in the backward pass and not held until then; left out: none. */
  readonly recomputation?: Recomputation | undefined;
  /**
   * Whether the memory of one batch's size is given back before another's is taken (the last batch of an epoch, validation), where
   * an engine would keep both and be faster.
   */
  readonly sparesMemory?: boolean | undefined;
}

/** A batch and what is true of it. */
export interface TargetedBatch {
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
}

export interface WeightGroup {
  /** By name. */
  readonly weights: readonly string[];
  /** `undefined`: that of the optimizer. */
  readonly weightDecay: number | undefined;
}

export interface UpdateSettings {
  /** Of the weights that are in no group. */
  readonly learningRate: number;
  /** In the order of the session's groups; left out: `learningRate`. */
  readonly groupRates?: readonly number[];
  /** Weights and running statistics that stay as they are in this update, by name; their layers normalise as in inference. */
  readonly frozen?: readonly string[];
}

export interface OutputTraining {
  /** Their sum, each times its factor, is the output's loss. */
  readonly loss: readonly { readonly factor: number; readonly term: ResolvedLoss }[];
  /** What a step returns of the output: the class of every position, or its feature map after the activation. */
  readonly predicts: "classes" | "map";
  /** Whether a step also returns the probability of each class. */
  readonly confidence?: boolean | undefined;
}

/** Weights are numbers, measured where the configuration asks for it: of the classes, or of the bins of colour. `undefined`: all one. */
export type ResolvedLoss = Resolved<LossTerm>;

type Resolved<T extends LossTerm> = T extends { kind: "soft_cross_entropy" }
  ? { readonly kind: "soft_cross_entropy"; readonly weights: readonly number[] | undefined }
  : T extends { weights: ClassWeights }
    ? Omit<T, "weights"> & { readonly weights: readonly number[] | undefined }
    : T;

export interface StepResult {
  /** Before the update: the sum of `losses`. */
  readonly loss: number;
  /** By output, in the graph's order; factors applied. */
  readonly losses: ReadonlyMap<string, number>;
  /** By output, the terms of its loss in their order. */
  readonly terms: ReadonlyMap<string, readonly LossPart[]>;
  /** By output. */
  readonly predictions: ReadonlyMap<string, PredictionBatch>;
}

/** One term of a loss. */
export interface LossPart {
  /** Factor applied. */
  readonly value: number;
  /**
   * Of a mean over the positions that count: their number, or the sum of their weights; 0 where none counts. `undefined`: the term is
   * of a whole image or batch.
   */
  readonly counted: number | undefined;
}

/** What is the first with a value that is not a finite number: weights before feature maps, in the order in which they are computed. */
export type NotFiniteOrigin =
  | { readonly kind: "weight"; readonly name: string }
  | {
      readonly kind: "map";
      /** The name of the node, and where the program writes it. */
      readonly node: string;
      readonly span: Span | undefined;
      /** Values that are not finite, and all of the batch. */
      readonly values: number;
      readonly of: number;
    }
  /** A term of an output's loss, though every feature map is finite. */
  | { readonly kind: "loss"; readonly output: string; readonly term: LossTerm["kind"] }
  /** The gradient of a weight, though the loss is finite: the last of them in the network, where the backward pass begins. */
  | { readonly kind: "gradient"; readonly weight: string };

export interface PredictOptions {
  /** Dropout is on, with the masks of this seed: the same on every engine (Monte Carlo dropout). Left out: off. */
  readonly dropoutSeed?: number | undefined;
}

export interface Session {
  /**
   * Outputs by name, after their activation, in inference mode; dropout stays on where masks are asked for.
   * @throws SizeRefusal when the graph does not accept that input size; EngineRefusal when a feature map is too large for the engine.
   */
  readonly predict: (
    inputs: ReadonlyMap<string, MapBatch>,
    options?: PredictOptions,
  ) => Promise<ReadonlyMap<string, MapBatch>>;
  /**
   * One update from one batch with the given learning rate.
   * @throws UserError when a normalisation would be of a single value; SizeRefusal as predict; NotFinite when the loss or a gradient is not a finite number (weights are left as they were).
   */
  readonly step: (
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
    rate: number,
  ) => Promise<StepResult>;
  /**
   * One update from several batches, whose gradients are added up: of one mean over all positions that count in any of them, not of
   * the batches' means. Normalisations over the batch, and losses of a whole batch (dice), are of each by itself.
   * @returns for each batch its part of the loss: they add up to that of the update
   * @throws as step
   */
  readonly update: (
    batches: readonly TargetedBatch[],
    settings: UpdateSettings,
  ) => Promise<readonly StepResult[]>;
  /** Loss without an update, in inference mode. */
  readonly evaluate: (
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
  ) => Promise<StepResult>;
  /** Gradients of the loss by weight name, without an update; dropout off. For tests and measurements. */
  readonly gradients: (
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
  ) => Promise<ReadonlyMap<string, WeightArray>>;
  /**
   * Gradients by input name of a weighted sum of a feature map's values, in inference mode.
   * @param node the feature map's node number; @param weights of the feature map's shape, [batch, height, width, channels].
   * @throws SizeRefusal as predict.
   */
  readonly inputGradients: (
    inputs: ReadonlyMap<string, MapBatch>,
    node: number,
    weights: MapBatch,
  ) => Promise<ReadonlyMap<string, MapBatch>>;
  /**
   * Computes a batch once more to find where its values stop being finite numbers; nothing changes. `undefined`: they are all finite.
   * @param mode the forward and backward pass of a step, or the forward pass of an evaluation
   * @param place of the batch among those of its update, on which its dropout depends; left out: the first
   */
  readonly findNotFinite: (
    inputs: ReadonlyMap<string, MapBatch>,
    targets: ReadonlyMap<string, TargetBatch>,
    mode: "step" | "evaluate",
    place?: number,
  ) => Promise<NotFiniteOrigin | undefined>;
  /**
   * The weights become their averages, and the averages the weights: before an evaluation, and again after it. Until then nothing may
   * be trained. @throws Error where the session keeps no average.
   */
  readonly exchangeAverages: () => Promise<void>;
  readonly readWeights: () => Promise<ReadonlyMap<string, WeightArray>>;
  /** @throws WeightMismatch when a name is unknown or a shape differs; names left out keep their values. The averages of those that are written start from them. */
  readonly writeWeights: (weights: ReadonlyMap<string, WeightArray>) => Promise<void>;
  /** Everything beyond weights that makes a resumed run equal an unbroken one: optimizer state, step count, random state. */
  readonly readState: () => Promise<ReadonlyMap<string, WeightArray>>;
  readonly writeState: (state: ReadonlyMap<string, WeightArray>) => Promise<void>;
  /** Live tensors or buffers the session holds, for leak tests. */
  readonly allocations: () => number;
  /** What was asked before finishes or rejects; what is asked afterwards rejects. */
  readonly close: () => void;
}

/** The graph asks for what this engine cannot do. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  readonly facts: {
    readonly engine: string;
    /** The name of the node, and where the program writes it. */
    readonly node: string;
    readonly span: Span | undefined;
    /** What would have to fit in one array. */
    readonly bytes: number;
    /** Images of the same size that the engine could hold, 0 or more; `undefined` for a weight. */
    readonly fittingBatch: number | undefined;
  };
  constructor(message: string, facts: EngineRefusal["facts"]) {
    super(message);
    this.facts = facts;
  }
}

/** The engine ran out of memory and stopped: it computes nothing more. */
export class EngineFull extends UserError {
  override readonly name = "EngineFull";
}

/** What the engine computed with has ended: what it held is lost, and it computes nothing more. */
export class EngineLost extends UserError {
  override readonly name = "EngineLost";
}

/** The input size is not among those the graph accepts. */
export class SizeRefusal extends Error {
  override readonly name = "SizeRefusal";
}

/** The loss or a gradient became infinite or not a number. */
export class NotFinite extends Error {
  override readonly name = "NotFinite";
}

/** Weights do not fit the graph. */
export class WeightMismatch extends Error {
  override readonly name = "WeightMismatch";
}
