/** The functions of expressions: reversed, length, min, max, floor, ceil, round. Any other name is a form, `normal(0.01)`. */
import type { CallExpression } from "../../../grammar/expression.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber, describeValue, poison, unfoldedLength, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { finite } from "./evaluate-binary.ts";
import { wrong } from "./wrong.ts";

interface NumberFunction {
  readonly compute: (...values: number[]) => number;
  /** Left out: one or more. */
  readonly takes?: 1;
}

const numberFunctions: Readonly<Record<string, NumberFunction>> = {
  min: { compute: Math.min },
  max: { compute: Math.max },
  floor: { compute: (value = Number.NaN) => Math.floor(value), takes: 1 },
  ceil: { compute: (value = Number.NaN) => Math.ceil(value), takes: 1 },
  round: { compute: (value = Number.NaN) => Math.round(value), takes: 1 },
};

function forMaps(name: string, value: Value): string | undefined {
  if (value.kind !== "map" || (name !== "max" && name !== "min")) return undefined;
  return `a statement joins feature maps: skip name by ${name}imum`;
}

/** The functions whose value is not a form. */
export const functionNames: readonly string[] = ["reversed", "length", ...Object.keys(numberFunctions)];

export function evaluateCall(
  expression: CallExpression,
  items: readonly Value[],
  scope: Scope,
  state: Elaboration,
): Value {
  const name = expression.callee.text;
  if (items.some((item) => item.kind === "poison")) return poison;
  const [first] = items;
  const named = expression.arguments.find((argument) => argument.name !== undefined);
  if (named?.name !== undefined && functionNames.includes(name)) {
    const facts = { owner: name, parameter: named.name.text, nearest: undefined, known: [] };
    state.report("names/unknown-parameter", facts, named.name.span);
    return poison;
  }
  if (name === "reversed" || name === "length") {
    const argument = expression.arguments[0];
    if (first?.kind === "list" && !state.takeItems(first.items.length, expression.span)) return poison;
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
  const known = Object.hasOwn(numberFunctions, name) ? numberFunctions[name] : undefined;
  if (known === undefined) {
    const form: Value = { kind: "form", name, items };
    return state.takeItems(unfoldedLength(form), expression.span) ? form : poison;
  }
  const at = items.findIndex((item) => asNumber(item) === undefined);
  const culprit = expression.arguments[at];
  const value = items[at];
  if (culprit !== undefined && value !== undefined)
    return wrong(
      culprit.value,
      `the argument of ${name}`,
      "a number",
      value,
      scope,
      state,
      forMaps(name, value),
    );
  const numbers = items.map(asNumber).filter((item) => item !== undefined);
  if (numbers.length === 0 || (known.takes !== undefined && numbers.length !== known.takes)) {
    const wanted = known.takes === undefined ? "one number or more" : "one number";
    state.report("values/function-arguments", { name, wanted, found: numbers.length }, expression.span);
    return poison;
  }
  return finite(known.compute(...numbers), `${name}(…)`, expression, state);
}
