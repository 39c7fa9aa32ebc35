/** Which part of the network each node belongs to: as the source says, or else from where the strides rise and fall. */
import type { Graph } from "../../ir/graph.ts";
import type { Part } from "./figure.ts";
import { octave, type strides } from "./resolution.ts";

/** By node id. */
export function partsOf(graph: Graph, found: ReturnType<typeof strides>): readonly Part[] {
  if (graph.nodes.some((node) => node.origin.role !== undefined)) return asWritten(graph);
  const octaves = found.map(octave).map((value) => (Number.isFinite(value) ? value : 0));
  const deepest = Math.max(0, ...octaves);
  const outputs = new Set(graph.outputs.flatMap((output) => [output.node, output.logits]));
  const climbing = new Set<number>();
  return graph.nodes.map((node): Part => {
    const own = octaves[node.id] ?? 0;
    const before = node.inputs[0] === undefined ? own : (octaves[node.inputs[0]] ?? 0);
    if (own < before || node.inputs.some((id) => climbing.has(id) && !isReference(node.operation, node.inputs, id)))
      climbing.add(node.id);
    if (node.operation === "input" || outputs.has(node.id) || deepest === 0) return "other";
    return climbing.has(node.id) ? "decoder" : "encoder";
  });
}

/** Roles as written; what follows the last section of a source that has an encoder only is its head. */
function asWritten(graph: Graph): readonly Part[] {
  return graph.nodes.map((node) => node.origin.role ?? "other");
}

function isReference(operation: string, inputs: readonly number[], id: number): boolean {
  return (operation === "crop_to" || operation === "resize_to" || operation === "unpool") && inputs[0] !== id;
}
