/** The input whose colours a conditional random field compares. */
import { isInput } from "../ops/input.ts";
import { operationOf } from "../ops/registry.ts";
import type { GraphNode, InputNode } from "./graph.ts";

export type GuideInput =
  | { readonly input: InputNode }
  /** The first node on the way back that mixes channels or learns. */
  | { readonly input: undefined; readonly made: GraphNode | undefined };

/** Walks back from the guide to the input it shows. */
export function guideInput(nodeAt: (id: number) => GraphNode | undefined, guide: number): GuideInput {
  let node = nodeAt(guide);
  while (node !== undefined && operationOf(node).keepsColours) node = nodeAt(node.inputs[0] ?? -1);
  return node !== undefined && isInput(node) ? { input: node } : { input: undefined, made: node };
}
