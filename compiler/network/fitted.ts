/** Feature maps whose stride follows from sizes, and not from the factors of what made them. */
import { liesNowhere } from "../geometry/grid-within.ts";
import { operationOf } from "../ops/registry.ts";
import type { GraphNode } from "./graph.ts";
import { combinedInputs, inputsWith, repeatedInputs, valueInputs } from "./node-inputs.ts";

type Nodes = (id: number) => GraphNode;

/** What is found of the nodes of a graph, or of one that is built: a node is made of those before it, which stay as they are. */
const found = new WeakMap<object, Map<number, boolean>>();

/**
 * Whether a feature map has places that follow from sizes: those of one that was resampled to the size of another, resampled with
 * aligned corners, or pooled to bins. A join has the places of the first of its feature maps. At inputs of any size the stride of such
 * a feature map depends on the size, so that only sizes decide what it can be joined with. It is no different where the input has one
 * size: 12 positions resampled to the 25 of a skip have 24/25 of its stride.
 * @param owner whose nodes they are
 */
export function isFitted(node: number, nodes: Nodes, owner: object): boolean {
  const known = found.get(owner) ?? new Map<number, boolean>();
  found.set(owner, known);
  const chain: number[] = [];
  let at: number | undefined = node;
  while (at !== undefined && !known.has(at) && !followsSizes(nodes(at), nodes)) {
    chain.push(at);
    at = placedLike(nodes(at), nodes);
  }
  const fitted = at !== undefined && (known.get(at) ?? true);
  for (const id of at === undefined ? chain : [...chain, at]) known.set(id, fitted);
  return fitted;
}

/**
 * The first of its inputs that has places of its own; one position that is repeated over those of the others has not. One that is
 * resampled to the size of another feature map has the places of that.
 */
function placedLike(node: GraphNode, nodes: Nodes): number | undefined {
  const [size] = inputsWith(node, "size");
  if (size !== undefined && isSinglePosition(node, nodes)) return size;
  const maps = node.inputs.map((id) => nodes(id).map);
  const repeated = repeatedInputs(node.operation, maps);
  const combined = combinedInputs(node);
  return node.inputs.find(
    (id, place) =>
      combined.includes(id) && repeated[place] !== true && !nodes(id).map.geometry.every(liesNowhere),
  );
}

function isSinglePosition(node: GraphNode, nodes: Nodes): boolean {
  return valueInputs(node).every((id) => nodes(id).map.geometry.every(liesNowhere));
}

function followsSizes(node: GraphNode, nodes: Nodes): boolean {
  const { kind, scale, realigned } = operationOf(node);
  const own = scale(node.attributes);
  if (inputsWith(node, "size").length > 0 && isSinglePosition(node, nodes)) return false;
  if (own === "whole" || kind !== "resampling") return own === "whole";
  return "of" in own || realigned?.(node.attributes) !== undefined;
}
