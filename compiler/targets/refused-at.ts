/** What a target cannot express, as a diagnostic at the layer's call. */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import type { GraphNode } from "../network/graph.ts";

/** @throws Error for a layer that comes from no source. */
export function refusedAt({ problem }: Refusal, { name, origin }: GraphNode): Diagnostic {
  const span = origin.calledAt ?? origin.span;
  if (span === undefined) throw new Error(`${name} is refused (${problem.code}) and comes from no source`);
  return diagnose(problem.code, problem.facts, span);
}
