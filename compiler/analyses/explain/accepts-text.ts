/** What a network accepts, in words, by size symbol. */
import type { Graph } from "../../network/graph.ts";
import { formatSet, type Notation } from "../../sizes/format-set.ts";

export function describeAll(graph: Graph, notation: Notation): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...graph.accepts].map(([symbol, set]) => [symbol, formatSet({ ...set, symbol }, notation)]),
  );
}
