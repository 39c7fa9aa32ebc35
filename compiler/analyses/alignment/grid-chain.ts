/** The feature maps that a feature map's grid comes from, one step after the other back to the input. */

import { liesNowhere } from "../../geometry/grid-within.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { placedInputs } from "../../network/node-inputs.ts";
import { operationOf } from "../../ops/registry.ts";

/** From the feature map itself to an input, by the input of every node that its grid follows from. */
export function gridChain(graph: Graph, from: number): readonly GraphNode[] {
  const chain: GraphNode[] = [];
  for (let node = graph.nodes[from]; node !== undefined; node = graph.nodes[gridSource(graph, node) ?? -1]) {
    chain.push(node);
  }
  return chain;
}

/** The input that says where the positions are; `undefined` for an input node. */
export function gridSource(graph: Graph, node: GraphNode): number | undefined {
  const [own] = node.inputs;
  const nowhere = (id: number | undefined): boolean =>
    id === undefined || graph.nodes[id]?.map.geometry.some(liesNowhere) !== false;
  const { gridOf } = operationOf(node);
  if (gridOf !== undefined) return node.inputs[gridOf];
  // A single position, resampled, has the grid of the reference.
  return placedInputs(graph, node).find((id) => !nowhere(id)) ?? own;
}
