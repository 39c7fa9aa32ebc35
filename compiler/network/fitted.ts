/** Feature maps whose stride follows from sizes, and not from the factors of what made them. */
import { gridWithin } from "../geometry/grid-within.ts";
import { operationOf } from "../ops/registry.ts";
import type { GraphNode } from "./graph.ts";
import { combinedInputs } from "./node-inputs.ts";

type Nodes = (id: number) => GraphNode;

/** What is found of the nodes of a graph, or of one that is built: a node is made of those before it, which stay as they are. */
const found = new WeakMap<object, Map<number, boolean>>();

/**
 * Whether the feature map, or all that it was computed from, was resampled to the size of another, resampled with aligned corners, or
 * pooled to bins. At inputs of any size its stride depends on the size, so that only sizes decide what it can be joined with. It is no
 * different where the input has one size: 12 positions resampled to the 25 of a skip have 24/25 of its stride.
 * @param owner whose nodes they are
 */
export function isFitted(node: number, nodes: Nodes, owner: object): boolean {
  const known = found.get(owner) ?? new Map<number, boolean>();
  found.set(owner, known);
  if (known.has(node)) return known.get(node) === true;
  const pending = [node];
  for (let id = pending.at(-1); id !== undefined; id = pending.at(-1)) {
    const { own, inputs } = factsOf(id, nodes);
    const open = own ? [] : inputs.filter((input) => !known.has(input));
    if (open.length > 0) {
      pending.push(...open);
      continue;
    }
    pending.pop();
    known.set(id, own || (inputs.length > 0 && inputs.every((input) => known.get(input) === true)));
  }
  return known.get(node) === true;
}

function factsOf(id: number, nodes: Nodes): { readonly own: boolean; readonly inputs: readonly number[] } {
  const node = nodes(id);
  return {
    own: followsSizes(node),
    // one position for the whole input, which is repeated, has no stride
    inputs: combinedInputs(node).filter((input) =>
      nodes(input).map.geometry.some((axis) => gridWithin(axis) !== undefined),
    ),
  };
}

function followsSizes(node: GraphNode): boolean {
  const { kind, scale, realigned } = operationOf(node);
  const own = scale(node.attributes);
  if (own === "whole" || kind !== "resampling") return own === "whole";
  return "of" in own || realigned?.(node.attributes) !== undefined;
}
