/** The whole pipeline on one screen: text in, graphs and diagnostics out. */
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Graph } from "./ir/graph.ts";
import type { TrainConfiguration } from "./train/configuration.ts";

export interface SourceFile {
  /** As the user wrote it; spans carry it. */
  readonly path: string;
  readonly text: string;
}

/** Finds imported files. `specifier` is what the import says; `from` the path of the file that says it. */
export interface SourceHost {
  readonly read: (specifier: string, from: string) => SourceFile | undefined;
}

export interface CompileOptions {
  /** Only this network; left out: every network of the file, each with its defaults. */
  readonly network?: string;
  /** Parameters of the network, as expressions in the language's own text: { width: "8", padding: "valid" }. */
  readonly settings?: ReadonlyMap<string, string>;
}

export interface CompiledNetwork {
  readonly name: string;
  readonly doc: string | undefined;
  /** The values its parameters have, printed: { classes: "2", width: "64" }. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly graph: Graph;
  /** `undefined` when the file has no train section for it. */
  readonly train: TrainConfiguration | undefined;
}

export interface Compilation {
  /** Every file read, by path: what diagnostics need to show their source. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Those without errors. */
  readonly networks: readonly CompiledNetwork[];
  readonly diagnostics: readonly Diagnostic[];
}
