/** A feature map of a network by the name a person gives it: an output, a name of the program, or the name of a node. */

import { nearestName } from "../../nearest.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { combinedInputs } from "../../network/node-inputs.ts";
import { isInput } from "../../ops/input.ts";

export type FoundMap =
  | { readonly kind: "found"; readonly node: GraphNode }
  /** Several feature maps have that name: theirs in full. */
  | { readonly kind: "several"; readonly names: readonly string[] }
  | { readonly kind: "unknown"; readonly nearest: string | undefined };

/**
 * Whole names first; then names of the program and ends of names ("concat4" for "decoder.concat4"), if one feature map has it.
 */
export function findMap(graph: Graph, name: string): FoundMap {
  const output = graph.outputs.find((output) => output.name === name);
  const exact = graph.nodes[output?.node ?? -1] ?? graph.nodes.find((node) => node.name === name);
  if (exact !== undefined) return { kind: "found", node: exact };
  const like = graph.nodes.filter((node) => node.origin.label === name || node.name.endsWith(`.${name}`));
  const [first, ...others] = like;
  if (first === undefined) return { kind: "unknown", nearest: nearestName(name, knownNames(graph)) };
  if (others.length > 0) return { kind: "several", names: like.map((node) => node.name) };
  return { kind: "found", node: first };
}

/** Names that a person may mean, outputs and names of the program first. */
function knownNames(graph: Graph): readonly string[] {
  const ends = graph.nodes.flatMap(({ name }) => [name, name.slice(name.lastIndexOf(".") + 1)]);
  return [...new Set([...namedMaps(graph).map(({ name }) => name), ...ends])];
}

/** The feature maps that have a name of their own: outputs, what the program names, joins. In the graph's order. */
export function namedMaps(graph: Graph): readonly { readonly name: string; readonly node: GraphNode }[] {
  const outputs = new Map(graph.outputs.map(({ name, node }) => [node, name]));
  const labels = new Map<string, number>();
  for (const { origin } of graph.nodes) {
    if (origin.label !== undefined) labels.set(origin.label, (labels.get(origin.label) ?? 0) + 1);
  }
  return graph.nodes.flatMap((node) => {
    const output = outputs.get(node.id);
    if (output !== undefined) return [{ name: output, node }];
    const named = node.origin.label !== undefined || isInput(node) || combinedInputs(node).length > 1;
    const { label } = node.origin;
    return named ? [{ name: label !== undefined && labels.get(label) === 1 ? label : node.name, node }] : [];
  });
}
