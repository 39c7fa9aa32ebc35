/** The inputs of a node by what they are to its operation. */
import { operationOf } from "../ops/registry.ts";
import { type Role, withRole } from "../ops/roles.ts";
import type { GraphNode } from "./graph.ts";

/** Node numbers, in the order of the inputs. */
export function inputsWith(node: GraphNode, ...roles: readonly Role[]): readonly number[] {
  return withRole(operationOf(node).inputs, node.inputs, ...roles);
}

/** The feature maps that the result is computed from. */
export function valueInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values");
}

/** All but those that only give a size. */
export function readInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values", "indices", "colours");
}

/** Those of which position i is combined with position i of the others; one alone has nothing to be combined with. */
export function combinedInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values", "colours");
}

/** `add`, `concat`, `multiply`. */
export function isJoin(node: GraphNode): boolean {
  return operationOf(node).kind === "join";
}
