/** The windows of a node's operation. */
import { operationOf } from "../ops/registry.ts";
import type { Window } from "../ops/windowed.ts";
import type { GraphNode } from "./graph.ts";

/** Of a convolution or pool: the window that slides over its input. */
export function slidingWindow(node: GraphNode): Window | undefined {
  const { windowed } = operationOf(node);
  return windowed === undefined || windowed.transposed ? undefined : windowed.of(node.attributes);
}

/** Of a transposed convolution: the window that each position of its input contributes to. */
export function transposedWindow(node: GraphNode): Window | undefined {
  const { windowed } = operationOf(node);
  return windowed?.transposed ? windowed.of(node.attributes) : undefined;
}
