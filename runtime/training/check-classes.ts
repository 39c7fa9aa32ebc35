/** The network's outputs have one channel for each class of the data. */
import type { Graph } from "../../compiler/ir/graph.ts";
import { UserError } from "../user-error.ts";

/** @throws UserError naming the output and both numbers. */
export function checkClasses(graph: Graph, classes: readonly string[]): void {
  for (const { name, node } of graph.outputs) {
    const channels = graph.nodes[node]?.map.channels;
    if (channels === classes.length) continue;
    throw new UserError(
      `output "${name}" of ${graph.name} has ${channels} channels, and the data has ${classes.length} classes (${classes.join(", ")})`,
      "end the network in as many channels as there are classes: conv(classes, 1x1), with `classes` a parameter",
    );
  }
}
