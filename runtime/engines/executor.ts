/** What an engine that runs tensor programs has to do; `ProgramSession` makes a session of it. */
import type { Parts } from "../../compiler/tensors/passes/by-parts.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import type { MapBatch } from "../arrays.ts";
import type { FeedValues } from "./feeds/program-feeds.ts";

export interface Executor {
  /**
   * Prepares a program for any number of runs. State is the executor's, by name, and shared among its programs.
   * @throws EngineRefusal for a program that it cannot run.
   */
  readonly prepare: (program: Program) => Promise<PreparedProgram>;
  /** How it computes joined feature maps. Left out: whole. */
  readonly parts?: Parts;
  /** Whether a prepared program keeps the memory of its runs until it is closed. Left out: it keeps none. */
  readonly keepsMemory?: boolean;
  /** Whether single numbers, as the learning rate, are fed in float64: of the reference. Left out: in float32. */
  readonly exact?: boolean;
  /** Sets the state of that name; the array becomes the executor's. */
  readonly writeState: (name: string, data: Float32Array) => void;
  /** A copy. @throws Error for a name that was never written. */
  readonly readState: (name: string) => Promise<Float32Array>;
  /** Buffers that it holds, for leak tests. */
  readonly allocations: () => number;
  readonly close: () => void;
}

/** Values that stay where their executor holds them: one of its programs may be fed with them, once. */
export interface HeldValues {
  readonly kind: "held";
}

export interface PreparedProgram {
  readonly program: Program;
  /** @param feeds by `feedName`, all of them; held are gradients of weights alone, feature maps may be as they cross a session's border */
  readonly run: (feeds: ReadonlyMap<string, FeedValues | MapBatch | HeldValues>) => Promise<ProgramRun>;
  readonly close: () => void;
}

export interface ProgramRun {
  /**
   * By `outputName`; valid until the next run of the program. Gradients of weights may be in an order of the executor's own, which its
   * programs for updates take.
   */
  readonly outputs: ReadonlyMap<string, FeedValues>;
  /** Feature maps as [batch, height, width, channels], by `outputName`, where the executor has them so: outputs lack them. */
  readonly maps?: ReadonlyMap<string, Float32Array>;
  /** The gradients of weights, by name, where outputs lack them. */
  readonly held?: ReadonlyMap<string, HeldValues>;
  /** The gradient of a weight in the graph's order. Left out: outputs have it. */
  readonly gradient?: (name: string) => FeedValues | Promise<FeedValues>;
  /** Whether every gradient is surely finite: then nobody looks at them. Left out: not known. */
  readonly gradientsFinite?: boolean;
  /**
   * Makes the program's updates the state. Where it is not called, the state stays as it was; but an update of weights may be written
   * over them, and over the gradients that it was given, as it runs.
   */
  readonly commit: () => void | Promise<void>;
}
