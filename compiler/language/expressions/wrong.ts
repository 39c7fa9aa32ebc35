/** Reports values of the wrong kind. */
import type { Expression } from "../../../grammar/expression.ts";
import { meantBy } from "../names/habits.ts";
import type { Scope } from "../names/scope.ts";
import { describeValue, type Poison, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";

/** Reports a value of the wrong kind; a bare word where none fits is reported as an unknown name. */
export function wrong(
  expression: Expression,
  what: string,
  wanted: string,
  found: Value,
  scope: Scope,
  state: Elaboration,
  instead?: string,
): Poison {
  if (found.kind === "poison") return poison;
  if (found.kind === "word") {
    const known = [...new Set(scope.names())];
    const { nearest } = meantBy(found.value, "value", [...known, "current.channels"]);
    state.unknownWord(found, "variable or feature map", { nearest, known }, expression.span);
  } else {
    state.report(
      "values/wrong-kind",
      { what, wanted, found: describeValue(found), nearest: undefined, instead },
      expression.span,
    );
  }
  return poison;
}
