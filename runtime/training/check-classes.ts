/** The outputs that learn labels have one channel for each class of the data, or one sigmoid for two. */
import { counted } from "../../compiler/counted.ts";
import { learnsMasks } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { classCount } from "../engines/class-targets.ts";
import { UserError } from "../user-error.ts";
import type { OutputPlan } from "./output-plans.ts";

/** @throws UserError naming the output and both numbers. */
export function checkClasses(graph: Graph, outputs: readonly OutputPlan[], classes: readonly string[]): void {
  for (const { name, index, target } of outputs) {
    const output = graph.outputs[index];
    if (!learnsMasks(target) || output === undefined) continue;
    const told = classCount(graph, output);
    if (told === classes.length) continue;
    const channels = graph.nodes[output.node]?.map.channels;
    throw new UserError(
      `output "${name}" of ${graph.name} has ${counted(channels ?? 0, "channel")}, and the data has ${counted(classes.length, "class", "classes")} (${classes.join(", ")})`,
      "end the network in as many channels as there are classes: conv(classes, 1x1), with `classes` a parameter",
    );
  }
}
