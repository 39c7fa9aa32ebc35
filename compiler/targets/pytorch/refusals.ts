/** What no package can express, at its lines of the program. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { refusedAt } from "../refused-at.ts";
import { layerOf } from "./rows.ts";

export function refusals(graph: Graph): readonly Diagnostic[] {
  return graph.nodes.flatMap((node) => {
    const made = isInput(node) ? undefined : layerOf(node, graph);
    return made instanceof Refusal ? [refusedAt(made, node)] : [];
  });
}
