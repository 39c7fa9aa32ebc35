/** The functions of expressions: reversed, length, min, max, floor, ceil, round. Any other name makes a form, `normal(0.01)`. */
import type { CallExpression } from "../../grammar/ast.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber, describeValue, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";
import { finite } from "./evaluate-binary.ts";
import { wrong } from "./wrong.ts";

const numberFunctions: Readonly<Record<string, (...values: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  floor: (value = Number.NaN) => Math.floor(value),
  ceil: (value = Number.NaN) => Math.ceil(value),
  round: (value = Number.NaN) => Math.round(value),
};

export function evaluateCall(
  expression: CallExpression,
  items: readonly Value[],
  scope: Scope,
  state: Elaboration,
): Value {
  const name = expression.callee.text;
  if (items.some((item) => item.kind === "poison")) return poison;
  const [first] = items;
  if (name === "reversed" || name === "length") {
    const argument = expression.arguments[0];
    if (first?.kind === "list" && items.length === 1)
      return name === "reversed"
        ? { kind: "list", items: [...first.items].reverse() }
        : { kind: "number", value: first.items.length };
    state.report(
      "values/wrong-kind",
      {
        what: `the argument of ${name}`,
        wanted: "one list or range",
        found: first === undefined ? "nothing" : describeValue(first),
        nearest: undefined,
      },
      argument?.span ?? expression.span,
    );
    return poison;
  }
  const compute = Object.hasOwn(numberFunctions, name) ? numberFunctions[name] : undefined;
  if (compute !== undefined) {
    const numbers = items.map(asNumber).filter((value) => value !== undefined);
    if (numbers.length === items.length && numbers.length > 0)
      return finite(compute(...numbers), `${name}(…)`, expression, state);
    const at = items.findIndex((item) => asNumber(item) === undefined);
    const culprit = expression.arguments[at];
    const value = items[at];
    if (culprit !== undefined && value !== undefined)
      return wrong(culprit.value, `the argument of ${name}`, "a number", value, scope, state);
  }
  return { kind: "form", name, items };
}
