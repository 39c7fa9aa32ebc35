/** How a session of a network is trained: by its train section, or, where it has none, as one with every default would say. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { defaultOf } from "../../compiler/learning/definition/definition.ts";
import { usualLoss } from "../../compiler/learning/losses/registry.ts";
import { adam } from "../../compiler/learning/optimizers/adam.ts";
import { targetMisfit, usualLossOf, usualTarget } from "../../compiler/learning/targets/registry.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { OutputTraining, SessionTraining } from "../engines/engine.ts";
import { type MeasuredWeights, outputPlans, trainingOf } from "./output-plans.ts";
import { weightGroups } from "./weight-groups.ts";

/** @param measured weights of classes and colours, where a loss asks for them; without them all weigh one. */
export function sessionTraining(
  { graph, train }: Pick<CompiledNetwork, "graph" | "train">,
  measured: MeasuredWeights = { classWeights: undefined, binWeights: {} },
): SessionTraining {
  if (train === undefined) {
    const outputs = graph.outputs.map((output) => [output.name, defaultTraining(graph, output)] as const);
    return { outputs: new Map(outputs), optimizer: defaultOf(adam) };
  }
  const outputs = outputPlans(graph, train).map(
    (output) => [output.name, trainingOf(output, measured)] as const,
  );
  const { optimizer, clip, accumulate, average } = train;
  const groups = weightGroups(graph, train);
  return { outputs: new Map(outputs), optimizer, clip, accumulate, average, groups };
}

/** Labels by their usual loss, where the output distinguishes classes; else values by their squared distance. */
function defaultTraining(graph: Graph, { name, node, activation }: GraphOutput): OutputTraining {
  const output = { name, channels: graph.nodes[node]?.map.channels ?? 0, activation };
  const classes = targetMisfit(usualTarget, output) === undefined;
  const loss = usualLoss(classes ? usualLossOf(usualTarget, output) : "l2");
  const target = classes ? usualTarget : ({ kind: "image", from: undefined } as const);
  return trainingOf({ name, target, loss }, { classWeights: undefined, binWeights: {} });
}
