/** Outputs that are one value for the whole image, whatever its size. */
import { liesNowhere } from "../geometry/grid-within.ts";
import { isInput } from "../ops/input.ts";
import type { Graph, GraphOutput } from "./graph.ts";

/** Of a network whose input has one size, which reads larger images in patches, no output is. */
export function isSingleAnswer({ nodes, inputs }: Graph, { node }: Pick<GraphOutput, "node">): boolean {
  const first = nodes[inputs[0] ?? -1];
  const anySize =
    first !== undefined &&
    isInput(first) &&
    first.attributes.size.every(({ symbol }) => symbol !== undefined);
  return anySize && (nodes[node]?.map.geometry.every(liesNowhere) ?? false);
}
