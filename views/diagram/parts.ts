/** Which part of the network each node belongs to: as the source says, or else from where the strides rise and fall. */

import type { Graph } from "../../compiler/network/graph.ts";
import { inputsWith } from "../../compiler/network/node-inputs.ts";
import { isInput } from "../../compiler/ops/input.ts";
import type { Part } from "./figure.ts";
import { octave, type strides } from "./resolution.ts";

/** By node id. */
export function partsOf(graph: Graph, found: ReturnType<typeof strides>): readonly Part[] {
  const climbing = climbingNodes(graph, found);
  const roles = new Set(graph.nodes.map((node) => node.origin.role));
  if (roles.has("decoder")) return graph.nodes.map((node) => node.origin.role ?? "other");
  const changes = climbing.size > 0 || new Set(found.map(octave)).size > 1;
  const outputs = new Set(graph.outputs.flatMap((output) => [output.node, output.logits]));
  return graph.nodes.map((node): Part => {
    if (node.origin.role !== undefined) return node.origin.role;
    if (isInput(node) || outputs.has(node.id) || !changes) return "other";
    if (climbing.has(node.id)) return "decoder";
    return roles.has("encoder") ? "other" : "encoder";
  });
}

/** The nodes at or after a step to a finer resolution. */
function climbingNodes(graph: Graph, found: ReturnType<typeof strides>): ReadonlySet<number> {
  const climbing = new Set<number>();
  for (const node of graph.nodes) {
    const sources = inputsWith(node, "values");
    const own = octave(found[node.id]);
    const rises = sources.some((id) => Number.isFinite(octave(found[id])) && own < octave(found[id]));
    if (rises || sources.some((id) => climbing.has(id))) climbing.add(node.id);
  }
  return climbing;
}
