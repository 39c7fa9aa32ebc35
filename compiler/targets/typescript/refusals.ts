/** What no module can express, at its lines of the program. */
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { nodeExpression } from "./rows.ts";

export function refusals(graph: Graph): readonly Diagnostic[] {
  return graph.nodes.flatMap((node) => {
    const made = isInput(node) ? undefined : nodeExpression(node);
    if (!(made instanceof Refusal)) return [];
    const { origin, name } = node;
    const span = origin.calledAt ?? origin.span;
    if (span === undefined)
      throw new Error(`${name} is refused (${made.problem.code}) and comes from no source`);
    return [diagnose(made.problem.code, made.problem.facts, span)];
  });
}
