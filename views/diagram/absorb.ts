/** Which nodes of a graph are feature maps of their own in the figure, and which are part of a step to another one. */

import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import { isMeeting, valueInputs } from "../../compiler/network/node-inputs.ts";
import { isCropTo } from "../../compiler/ops/cropping.ts";
import { isInput } from "../../compiler/ops/input.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import type { ClosedBlock } from "./closed-blocks.ts";
import { isTail } from "./step-words.ts";

/**
 * The nodes without a feature map in the figure. A convolution and the normalisation and activation after it are one step, and
 * so are padding and what reads it; what is only cropped or upsampled for a join goes into the join's arrow.
 *
 * `rows`: the rank of every node. Of a closed block only the result is left.
 */
export function absorbedNodes(
  graph: Graph,
  rows: readonly string[],
  closed: readonly ClosedBlock[] = [],
): ReadonlySet<number> {
  const boxOf = new Map(closed.flatMap((block) => block.nodes.map((id) => [id, block] as const)));
  const readers = new Map<number, GraphNode[]>();
  for (const node of graph.nodes)
    for (const id of valueInputs(node)) {
      const list = readers.get(id);
      if (list === undefined) readers.set(id, [node]);
      else list.push(node);
    }
  const shown = new Set([
    ...graph.inputs,
    ...graph.outputs.map((output) => output.node),
    ...closed.map((block) => block.result),
  ]);
  const absorbed = new Set<number>();
  const joined = new Set<number>();
  for (const node of [...graph.nodes].reverse()) {
    if (shown.has(node.id)) continue;
    if (boxOf.has(node.id)) {
      absorbed.add(node.id);
      continue;
    }
    const [reader, ...others] = readers.get(node.id) ?? [];
    if (reader === undefined) continue;
    const box = boxOf.get(reader.id);
    if (box !== undefined) {
      const alone = others.every((other) => boxOf.get(other.id) === box);
      const plain = node.origin.label === undefined && !isMeeting(node);
      const moves = changesRow(node, { graph, rows, joined, readers });
      if (alone && plain && (moves || isCropTo(node))) absorbed.add(node.id);
      continue;
    }
    if (others.length > 0) continue;
    if (!goesInto(node, reader, { graph, rows, joined, readers })) continue;
    absorbed.add(node.id);
    if (isMeeting(reader) && isCropTo(node)) joined.add(node.id);
  }
  return absorbed;
}

interface Surroundings {
  readonly graph: Graph;
  readonly rows: readonly string[];
  /** By node number: the nodes that draw it as an input. */
  readonly readers: ReadonlyMap<number, readonly GraphNode[]>;
  /** The crops whose feature maps only a join reads. */
  readonly joined: ReadonlySet<number>;
}

/** Given: `reader` is the only one that reads the node. */
function goesInto(node: GraphNode, reader: GraphNode, around: Surroundings): boolean {
  const { rows, joined } = around;
  if (isTail(reader)) return rows[node.id] === rows[reader.id];
  // A feature map with a name is one of the figure.
  if (node.origin.label !== undefined && !isCropTo(node)) return false;
  if (isMeeting(reader)) return isCropTo(node) || arrivesAt(reader, node, around);
  if (isMeeting(node)) return false;
  if (isCropTo(reader)) return joined.has(reader.id) && changesRow(node, around);
  if (operationOf(node).kind === "pad") return true;
  return isBareTail(node, around) && operationOf(reader).kind === "convolution";
}

/** What comes up from another rank to a join, or is added to what it bypassed, needs no feature map before the sum. */
function arrivesAt(join: GraphNode, node: GraphNode, around: Surroundings): boolean {
  const { graph } = around;
  if (changesRow(node, around)) return true;
  const residual = operationOf(join).joins !== "stacks" && join.origin.construct !== "fork";
  const crop = node.origin.construct === "crop";
  return residual && join.inputs[0] === node.id && !isMeeting(headOf(graph, node)) && !crop;
}

/** What the normalisations and activations up to this node follow. */
function headOf(graph: Graph, node: GraphNode): GraphNode {
  let current = node;
  while (isTail(current)) {
    const before = graph.nodes[current.inputs[0] ?? -1];
    if (before === undefined) return current;
    current = before;
  }
  return current;
}

/** Whether the step that ends with this node comes from another rank. */
function changesRow(node: GraphNode, { graph, rows }: Surroundings): boolean {
  const current = headOf(graph, node);
  const source = valueInputs(current)[0];
  return source !== undefined && !isMeeting(current) && rows[source] !== rows[current.id];
}

/** Normalisation and activation that follow a feature map with several readers: they belong to the convolution after them. */
function isBareTail(node: GraphNode, { graph, readers }: Surroundings): boolean {
  const head = headOf(graph, node);
  const read = new Set(readers.get(head.id)).size;
  return node !== head && (read > 1 || isInput(head));
}
