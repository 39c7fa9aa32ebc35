/** What a network accepts, as a formula for each size symbol: "H ≥ 188 with H mod 16 = 12". */
import type { Graph } from "../../network/graph.ts";
import { formatSet, type Notation } from "../../sizes/format-set.ts";

export function acceptedFormulas(graph: Graph, notation: Notation): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...graph.accepts].map(([symbol, set]) => [symbol, formatSet({ ...set, symbol }, notation)]),
  );
}
