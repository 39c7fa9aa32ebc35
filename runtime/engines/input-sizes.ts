/** The size of every input of a graph whose size symbols have values. */

import type { PerAxis } from "../../compiler/axis.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import { shapeOf } from "../../compiler/network/totals.ts";
import { isInput } from "../../compiler/ops/input.ts";

/** [height, width] in pixels, by input name. */
export function inputSizes(shaped: ShapedGraph): ReadonlyMap<string, PerAxis<number>> {
  return new Map(
    shaped.graph.inputs.flatMap((id) => {
      const node = shaped.graph.nodes[id];
      const [, height, width] = shapeOf(shaped, id);
      return node !== undefined && isInput(node) ? [[node.attributes.name, [height, width]] as const] : [];
    }),
  );
}
