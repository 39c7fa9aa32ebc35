/** The inputs of a node by what they are to its operation. */
import type { OperationName } from "../ops/attributes.ts";
import { repeatedAlong } from "../ops/broadcasting.ts";
import { operationOf } from "../ops/registry.ts";
import { type Role, withRole } from "../ops/roles.ts";
import type { FeatureMap, Graph, GraphNode } from "./graph.ts";

/** Node numbers, in the order of the inputs. */
export function inputsWith(node: GraphNode, ...roles: readonly Role[]): readonly number[] {
  return withRole(operationOf(node).inputs, node.inputs, ...roles);
}

/** The feature maps whose values the result is computed from. */
export function valueInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values", "whole");
}

/** All but those that only give a size. */
export function readInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values", "whole", "indices", "colours");
}

/** Whether several feature maps become one: a join, and attention. */
export function isMeeting(node: GraphNode): boolean {
  return isJoin(node) || valueInputs(node).length > 1;
}

/** Those of which position i is combined with position i of the others; one alone has nothing to be combined with. */
export function combinedInputs(node: GraphNode): readonly number[] {
  return inputsWith(node, "values", "colours");
}

/** By input: whether its single position is repeated over those of the others, along either axis. */
export function repeatedInputs(operation: OperationName, maps: readonly FeatureMap[]): readonly boolean[] {
  if (operationOf({ operation }).broadcasts !== true) return maps.map(() => false);
  const [down, across] = ([0, 1] as const).map((axis) => repeatedAlong(maps.map(({ size }) => size[axis])));
  return maps.map((_, place) => down?.[place] === true || across?.[place] === true);
}

/** The inputs whose positions are not repeated: the result has their places. */
export function placedInputs({ nodes }: Graph, { operation, inputs }: GraphNode): readonly number[] {
  const repeated = repeatedInputs(
    operation,
    inputs.flatMap((id) => nodes[id]?.map ?? []),
  );
  return inputs.filter((_, place) => repeated[place] !== true);
}

/** `add`, `subtract`, `multiply`, `maximum`, `minimum`, `concat`. */
export function isJoin(node: GraphNode): boolean {
  return operationOf(node).kind === "join";
}
