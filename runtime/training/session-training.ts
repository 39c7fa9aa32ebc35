/** How a session of a network is trained: by its train section, or, where it has none, as one with every default would say. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { defaultOptimizers } from "../../compiler/learning/default-configuration.ts";
import { targetMisfit } from "../../compiler/learning/loss-fit.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { OutputTraining, SessionTraining } from "../engines/engine.ts";
import { type MeasuredWeights, outputPlans, trainingOf } from "./output-plans.ts";

/** @param measured weights of classes and colours, where a loss asks for them; without them all weigh one. */
export function sessionTraining(
  { graph, train }: Pick<CompiledNetwork, "graph" | "train">,
  measured: MeasuredWeights = { classWeights: undefined, binWeights: {} },
): SessionTraining {
  if (train === undefined) {
    const outputs = graph.outputs.map((output) => [output.name, defaultTraining(graph, output)] as const);
    return { outputs: new Map(outputs), optimizer: defaultOptimizers.adam };
  }
  const outputs = outputPlans(graph, train).map(
    (output) => [output.name, trainingOf(output, measured)] as const,
  );
  return { outputs: new Map(outputs), optimizer: train.optimizer };
}

/** Labels by cross entropy, where the output distinguishes classes; else values by their squared distance. */
function defaultTraining(graph: Graph, { name, node, activation }: GraphOutput): OutputTraining {
  const channels = graph.nodes[node]?.map.channels ?? 0;
  if (targetMisfit({ name, channels, activation, target: { kind: "labels" } }) !== undefined) {
    return { predicts: "map", loss: [{ factor: 1, term: { kind: "l2" } }] };
  }
  const term = { kind: "cross_entropy", weights: undefined, reduction: "mean" } as const;
  return { predicts: "classes", loss: [{ factor: 1, term }] };
}
