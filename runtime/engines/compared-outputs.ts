/** The outputs that a training compares, as programs take them. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { ComparedOutput } from "../../compiler/tensors/programs/compared-outputs.ts";
import type { SessionTraining } from "./engine.ts";

export function comparedOutputs(graph: Graph, training: SessionTraining): readonly ComparedOutput[] {
  return graph.outputs.flatMap((output) => {
    const settings = training.outputs.get(output.name);
    if (settings === undefined) return [];
    return [{ output, predicts: settings.predicts, terms: settings.loss.map(({ term }) => term) }];
  });
}
