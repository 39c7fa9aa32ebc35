/**
 * What a target is: a pure function from a compiled network to files. Writing them is the command's part.
 *
 * A target's table of operations has a row for every operation that is not elementwise; those carry their formula
 * (ops/elementwise.ts), from which a target derives them, and have a row only where the target has a word of its own.
 */
import type { CompiledNetwork } from "../compiled-network.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ElementwiseName, OtherName } from "../ops/elementwise.ts";
import type { SourceFile } from "../source.ts";

export interface Target {
  /** As `--to` takes it. */
  readonly name: string;
  /** One line for `fcn emit --list`. */
  readonly summary: string;
  /** Whether its files hold the values of weights: initial ones where none are given. */
  readonly holdsWeights: boolean;
  /**
   * Of a target that can add programs around what it writes: why it has none for a network; `undefined`: it has. Left out: it never
   * has.
   */
  readonly notRunnable?: (
    network: CompiledNetwork,
    files: ReadonlyMap<string, SourceFile>,
  ) => string | undefined;
  /** What it cannot express of the network; `emit` refuses exactly what has some. Writes and loads nothing. */
  readonly refusals: (subject: TargetSubject) => readonly Diagnostic[];
  /** A promise where a target first loads what it writes the files with. */
  readonly emit: (subject: TargetSubject) => Emission | Promise<Emission>;
}

export interface TargetSubject {
  readonly network: CompiledNetwork;
  /** Every file that the network comes from, by path: for the lines of its layers. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Hash of the program, by which weights remember it. */
  readonly source: string;
  /** `undefined` for a target that holds none, where none are given. */
  readonly weights: TargetWeights | undefined;
  /** Class names, in the order of the channels; `undefined` where nothing names them. */
  readonly classes: readonly string[] | undefined;
  /** Of the training set, by input name; empty without trained weights. */
  readonly normalisations: ReadonlyMap<string, Normalisation>;
  /** Whether the files normalise their inputs by these. */
  readonly preprocess: boolean;
  /** Whether programs that run it are wanted beside it. */
  readonly runnable: boolean;
  /** Of fcn. */
  readonly version: string;
}

export interface TargetWeights {
  readonly origin:
    | { readonly kind: "initial"; readonly seed: number }
    | { readonly kind: "trained"; readonly epoch: number; readonly step: number; readonly source: string }
    /** Of another program. */
    | { readonly kind: "imported" };
  /** By "node.weight", in the layout of WeightSpecification. */
  readonly valuesOf: (name: string) => WeightValues;
}

export interface WeightValues {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** (value − mean) / deviation, one number per channel; values of images before it are 0 … 1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export type Emission =
  | {
      readonly kind: "files";
      /** By path, relative to where they go; the only one, or the first the main one. */
      readonly files: ReadonlyMap<string, Uint8Array>;
    }
  /** What the target cannot express, at the lines of the program. */
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** A table over operations: total but for the elementwise ones. */
export type OperationTable<Rows extends { readonly [O in ElementwiseName | OtherName]: unknown }> = {
  readonly [O in OtherName]: Rows[O];
} & { readonly [O in ElementwiseName]?: Rows[O] };
