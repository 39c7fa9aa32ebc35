/** The sizes a person asks about: one height and width, or a value for every symbol. */

import type { PerAxis } from "../../axis.ts";
import type { Graph } from "../../network/graph.ts";
import { type ShapedGraph, shapeGraph } from "../../network/shape-graph.ts";
import type { ShapeRefusal } from "../../network/shape-refusal.ts";
import { sizesOfInputs } from "../../network/sizes-of-inputs.ts";
import { isInput } from "../../ops/input.ts";

/**
 * [height, width] in pixels is that of the first input; the others follow where they share its symbols, and are
 * otherwise refused as sizes that are not given. The result gives every size symbol its value.
 */
export type SizesAsked = PerAxis<number> | ReadonlyMap<string, number>;

export function shapeAt(graph: Graph, asked: SizesAsked): ShapedGraph | ShapeRefusal {
  if (asked instanceof Map) return shapeGraph(graph, asked);
  const pixels = asked as PerAxis<number>; // instanceof does not narrow a ReadonlyMap away
  const first = graph.nodes[graph.inputs[0] ?? -1];
  if (first === undefined || !isInput(first)) throw new Error(`${graph.name} has no input`);
  const alone: Graph = { ...graph, inputs: [first.id] };
  const sizes = sizesOfInputs(alone, new Map([[first.attributes.name, pixels]]));
  return "kind" in sizes ? sizes : shapeGraph(graph, sizes);
}
