/** A problem found by a rule that has no source text; the elaborator assigns it a span. */
import type { DiagnosticCode, FactsOf } from "./catalogue.ts";

export interface Problem<C extends DiagnosticCode = DiagnosticCode> {
  readonly code: C;
  readonly facts: FactsOf<C>;
  /** The argument that causes it; `undefined` for the whole call. */
  readonly parameter: string | undefined;
}

export class Refusal {
  readonly problem: Problem;
  constructor(problem: Problem) {
    this.problem = problem;
  }
}

/** Returned by the rule of an operation: `return refuse("operations/groups-do-not-divide", {...}, "groups")`. */
export function refuse<C extends DiagnosticCode>(code: C, facts: FactsOf<C>, parameter?: string): Refusal {
  // A Problem<C> is a Problem; the facts' type is contravariant in no place that reads it without the code.
  return new Refusal({ code, facts, parameter } as Problem);
}
