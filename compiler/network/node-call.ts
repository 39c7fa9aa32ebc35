/** A node as the language would write it. */
import { operationOf } from "../ops/registry.ts";
import { callText } from "../ops/said.ts";
import type { GraphNode } from "./graph.ts";

/** `conv(64, 3x3, stride = 2)`. Settings of weights, normalisation and dropout are left out: they move nothing and see nothing. */
export function nodeCall(node: GraphNode): string {
  return callText(operationOf(node).say(node.attributes));
}
