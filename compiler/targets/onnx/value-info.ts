/** The types of values: float feature maps whose extents are numbers, or formulas of the input's size. */
import type { Graph, GraphNode } from "../../network/graph.ts";
import { sizeFormulas } from "../../network/map-text.ts";
import { dataTypes, type Message } from "../../onnx/schema.ts";

/** [N, channels, height, width] */
export function valueInfo(
  name: string,
  node: GraphNode,
  accepts: Graph["accepts"],
  doc?: string,
): Message<"ValueInfoProto"> {
  const extents = sizeFormulas(node.map, accepts, { unicode: false }).map(extent);
  const dim = [{ dim_param: "N" }, { dim_value: node.map.channels }, ...extents];
  return {
    name,
    type: { tensor_type: { elem_type: dataTypes.float, shape: { dim } } },
    ...(doc === undefined ? {} : { doc_string: doc }),
  };
}

function extent(formula: string): Message<"Dimension"> {
  return /^\d+$/.test(formula) ? { dim_value: Number(formula) } : { dim_param: formula };
}
