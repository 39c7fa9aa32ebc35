/** A network without errors: its graph, and its configuration of training. */
import type { TrainConfiguration } from "./learning/configuration.ts";
import type { Graph } from "./network/graph.ts";

export interface CompiledNetwork {
  readonly name: string;
  readonly doc: string | undefined;
  /** The values its parameters have, printed: { classes: "2", width: "64" }. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly graph: Graph;
  /** `undefined` when the file has no train section for it. */
  readonly train: TrainConfiguration | undefined;
}
