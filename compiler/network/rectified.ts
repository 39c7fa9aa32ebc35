/** Whether a rectifier follows a feature map, which decides the gain of its layer's initial weights. */
import { operationOf } from "../ops/registry.ts";
import { withRole } from "../ops/roles.ts";
import type { Graph } from "./graph.ts";

/** Whether the values of the node's feature map reach a rectifier before any further weights, on at least one way. */
export function isRectified(graph: Graph, node: number): boolean {
  const reached = new Set([node]);
  // Nodes follow what they read.
  for (const node of graph.nodes) {
    const { moment, inputs } = operationOf(node);
    const read = withRole(inputs, node.inputs, "values");
    if (moment === "ends" || !read.some((input) => reached.has(input))) continue;
    if (moment === "halves") return true;
    reached.add(node.id);
  }
  return false;
}
