/** The size of a map as formulas of the input sizes, on the sizes that the graph accepts. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { Notation } from "../sizes/format-set.ts";
import { formula } from "../sizes/formula.ts";
import { allSizes } from "../sizes/size-set.ts";
import type { FeatureMap, Graph } from "./graph.ts";

/** [height, width], such as ["H - 184", "W - 184"]. */
export function sizeFormulas(
  map: FeatureMap,
  accepts: Graph["accepts"],
  notation: Notation,
): PerAxis<string> {
  return perAxis((axis) => {
    const size = map.size[axis];
    const accepted = size.symbol === undefined ? undefined : accepts.get(size.symbol);
    return formula(size, accepted ?? allSizes(size.symbol), notation);
  });
}

/** `64 @ [H - 2, W - 2]` */
export function mapText(map: FeatureMap, accepts: Graph["accepts"]): string {
  return `${map.channels} @ [${sizeFormulas(map, accepts, { unicode: false }).join(", ")}]`;
}
