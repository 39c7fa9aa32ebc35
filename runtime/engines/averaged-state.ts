/** The parts of a network's state of which an average over the updates may be kept. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { AveragedState } from "../../compiler/tensors/programs/update.ts";
import { weightsOf } from "../weights/weight-name.ts";

/** What training changes: trained weights and running statistics. */
export function averagedOf(graph: Graph): readonly AveragedState[] {
  return weightsOf(graph).flatMap(({ name, specification: { shape, trainable, counted } }) =>
    trainable || !counted ? [{ name, shape, kind: counted ? "weight" : "statistic" } as const] : [],
  );
}
