/** The size of a feature map as formulas and as tables of the input sizes, on the sizes that the graph accepts. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { Notation } from "../sizes/format-set.ts";
import { formula } from "../sizes/formula.ts";
import { type PeriodicTable, periodicTable } from "../sizes/periodic-table.ts";
import type { SizeFunction, SizeSet } from "../sizes/size-function.ts";
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
    const accepted = acceptedOf(size, accepts);
    const known = remembered(notation.unicode ? unicodeFormulas : plainFormulas, size);
    const text = known.get(accepted) ?? formula(size, accepted, notation);
    known.set(accepted, text);
    return text;
  });
}

/** [height, width], exact however many cases there are. */
export function sizeTables(map: FeatureMap, accepts: Graph["accepts"]): PerAxis<PeriodicTable> {
  return perAxis((axis) => {
    const size = map.size[axis];
    const accepted = acceptedOf(size, accepts);
    const known = remembered(tables, size);
    const table = known.get(accepted) ?? periodicTable(size, accepted);
    known.set(accepted, table);
    return table;
  });
}

/** Most feature maps of a network share few sizes: what is said of one is made once. */
type BySize<T> = WeakMap<SizeFunction, WeakMap<SizeSet, T>>;
const unicodeFormulas: BySize<string> = new WeakMap();
const plainFormulas: BySize<string> = new WeakMap();
const tables: BySize<PeriodicTable> = new WeakMap();

function remembered<T>(table: BySize<T>, size: SizeFunction): WeakMap<SizeSet, T> {
  const known = table.get(size) ?? new WeakMap<SizeSet, T>();
  table.set(size, known);
  return known;
}

function acceptedOf({ symbol }: SizeFunction, accepts: Graph["accepts"]): SizeSet {
  return (symbol === undefined ? undefined : accepts.get(symbol)) ?? allSizes(symbol);
}

/** `64 @ [H - 2, W - 2]` */
export function mapText(map: FeatureMap, accepts: Graph["accepts"]): string {
  return `${map.channels} @ [${sizeFormulas(map, accepts, { unicode: false }).join(", ")}]`;
}
