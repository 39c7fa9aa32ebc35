/** How a network without a `train` section is trained: as one with every default would say. */
import type { OutputConfiguration, TrainConfiguration } from "../../learning/configuration.ts";
import { defaultOf } from "../../learning/definition/definition.ts";
import { usualLoss } from "../../learning/losses/registry.ts";
import { adam } from "../../learning/optimizers/adam.ts";
import { targetMisfit, usualLossOf, usualTarget } from "../../learning/targets/registry.ts";
import type { Graph } from "../../network/graph.ts";
import { inputAt } from "../../ops/rules.ts";

/** Labels by their usual loss, where the output distinguishes classes; else values by their squared distance. */
export function usualTraining(graph: Graph): Pick<TrainConfiguration, "outputs" | "optimizer" | "seed"> {
  const outputs = graph.outputs.map(({ name, node, activation }): OutputConfiguration => {
    const output = { name, channels: inputAt(graph.nodes, node).map.channels, activation };
    if (targetMisfit(usualTarget, output) !== undefined)
      return { name, target: { kind: "image", from: undefined }, loss: usualLoss("l2") };
    return { name, target: usualTarget, loss: usualLoss(usualLossOf(usualTarget, output)) };
  });
  return { outputs, optimizer: defaultOf(adam), seed: 1 };
}
