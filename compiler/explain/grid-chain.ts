/** The maps that a map's grid comes from, one step after the other back to the input. */
import { perAxis } from "../axis.ts";
import { gridWithin } from "../geometry/join.ts";
import type { Graph, GraphNode } from "../ir/graph.ts";

/** From the map itself to an input, by the input of every node that its grid follows from. */
export function gridChain(graph: Graph, from: number): readonly GraphNode[] {
  const chain: GraphNode[] = [];
  for (let node = graph.nodes[from]; node !== undefined; node = graph.nodes[gridSource(graph, node) ?? -1]) {
    chain.push(node);
  }
  return chain;
}

/** The input that says where the cells lie; `undefined` for an input node. */
export function gridSource(graph: Graph, node: GraphNode): number | undefined {
  const [own, reference] = node.inputs;
  const lies = (id: number | undefined): boolean => {
    const map = id === undefined ? undefined : graph.nodes[id]?.map;
    return (
      map !== undefined &&
      perAxis((axis) => gridWithin(map.geometry[axis]) !== undefined).every((known) => known)
    );
  };
  // An unpool puts its values where its pool took them from; a single cell resampled lies where the reference does.
  if (node.operation === "unpool") return reference;
  if (node.operation === "resize_to" && !lies(own) && lies(reference)) return reference;
  return node.inputs.find(lies) ?? own;
}
