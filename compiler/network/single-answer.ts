/** Outputs of one position. */
import { liesNowhere } from "../geometry/grid-within.ts";
import { isInput } from "../ops/input.ts";
import { constantCells } from "../sizes/constant-cells.ts";
import type { Graph, GraphOutput } from "./graph.ts";

/**
 * Of what the output is one position: "image", of the whole image whatever its size; "patch", of an input of one size, which may
 * be the image or a part of a larger one. `undefined`: it has more.
 */
export function onePositionOf(
  { nodes, inputs }: Graph,
  { node }: Pick<GraphOutput, "node">,
): "image" | "patch" | undefined {
  const first = nodes[inputs[0] ?? -1];
  const map = nodes[node]?.map;
  if (first === undefined || !isInput(first) || map === undefined) return undefined;
  if (first.attributes.size.every(({ symbol }) => symbol !== undefined))
    return map.geometry.every(liesNowhere) ? "image" : undefined;
  return map.size.every((size) => constantCells(size) === 1) ? "patch" : undefined;
}
