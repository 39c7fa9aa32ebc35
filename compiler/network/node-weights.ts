/** The weights that a node uses, its own or those of the node whose weights it shares. */
import type { WeightSpecification } from "../ops/weights.ts";
import type { Graph, GraphNode } from "./graph.ts";

/** Those that connect channels with channels; `undefined`: the operation has none. */
export function kernelOf({ nodes }: Graph, node: GraphNode): WeightSpecification | undefined {
  const owner = node.sharesWith === undefined ? node : nodes[node.sharesWith];
  return owner?.weights.find(({ kernel }) => kernel !== undefined);
}
