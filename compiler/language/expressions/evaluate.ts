/** Evaluates expressions. An error is reported once and becomes poison. */
import type { Expression, ListLiteral } from "../../../grammar/expression.ts";
import { nearestName } from "../../nearest.ts";
import type { Scope } from "../names/scope.ts";
import {
  asNumber,
  describeValue,
  type MapValue,
  type Poison,
  poison,
  unfoldedLength,
  type Value,
} from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { lacksCurrent, undeclared } from "./current-value.ts";
import { evaluateBinary } from "./evaluate-binary.ts";
import { evaluateCall } from "./evaluate-call.ts";
import { evaluateIndex, evaluateMember } from "./evaluate-lookup.ts";
import { wrong } from "./wrong.ts";

const longestRange = 100_000;

export function evaluate(expression: Expression, scope: Scope, state: Elaboration): Value {
  switch (expression.kind) {
    case "number":
      if (Number.isFinite(expression.value)) return { kind: "number", value: expression.value };
      state.report("values/not-finite", { operator: undefined }, expression.span);
      return poison;
    case "extent":
      return { kind: "extent", value: [expression.height, expression.width] };
    case "string":
      return { kind: "text", value: expression.value };
    case "boolean":
      return { kind: "boolean", value: expression.value };
    case "list":
      return evaluateList(expression, scope, state);
    case "reference":
      return (
        scope.lookup(expression.name.text, expression.span)?.value ??
        undeclared(expression.name.text, expression.span, state)
      );
    case "index":
      return evaluateIndex(
        expression,
        evaluate(expression.target, scope, state),
        expression.indices.map((index) => evaluateNumber(index, "the index", scope, state, "index")),
        scope,
        state,
      );
    case "member":
      return evaluateMember(expression, evaluate(expression.target, scope, state), scope, state);
    case "call":
      return evaluateCall(
        expression,
        expression.arguments.map((argument) => evaluate(argument.value, scope, state)),
        scope,
        state,
      );
    case "range":
      return evaluateRange(expression, scope, state);
    case "unary": {
      const operand = evaluate(expression.operand, scope, state);
      if (operand.kind === "poison") return poison;
      if (expression.operator === "not") {
        if (operand.kind === "boolean") return { kind: "boolean", value: !operand.value };
        return wrong(expression.operand, "what follows not", "true or false", operand, scope, state);
      }
      const value = asNumber(operand);
      if (value !== undefined) return { kind: "number", value: 0 - value };
      return wrong(expression.operand, "what follows −", "a number", operand, scope, state);
    }
    case "binary": {
      const left = evaluate(expression.left, scope, state);
      // Short circuit: in n == 0 or 8 mod n == 0 the right side may have no value.
      if (left.kind === "boolean" && expression.operator === (left.value ? "or" : "and")) return left;
      return evaluateBinary(expression, left, evaluate(expression.right, scope, state), scope, state);
    }
  }
}

/** A list counts as its length, but not as an index: `x[0 .. 1]` is not x[2]. */
export function evaluateNumber(
  expression: Expression,
  what: string,
  scope: Scope,
  state: Elaboration,
  use: "length" | "index" = "length",
): number | undefined {
  const value = evaluate(expression, scope, state);
  if (use === "index" && value.kind === "list") {
    const instead = "an index is one number: name each, as in skip x[0], x[1] by concat, or use a loop";
    wrong(expression, what, "a number", value, scope, state, instead);
    return undefined;
  }
  const number = asNumber(value);
  if (number === undefined) wrong(expression, what, "a number", value, scope, state);
  return number;
}

/** A whole number in least … most. */
export function evaluateCount(
  expression: Expression,
  what: string,
  least: number,
  scope: Scope,
  state: Elaboration,
  use: "length" | "index" = "length",
): number | undefined {
  const value = evaluateNumber(expression, what, scope, state, use);
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && value >= least) return value;
  state.report(
    "values/wrong-kind",
    {
      what,
      wanted: `a whole number ≥ ${least}${limitPassed(value)}`,
      found: describeValue({ kind: "number", value }),
      nearest: undefined,
    },
    expression.span,
  );
  return undefined;
}

/** " and at most 2^53 − 1", for a number that cannot be represented exactly. */
export function limitPassed(value: number): string {
  return value > Number.MAX_SAFE_INTEGER ? " and at most 2^53 − 1" : "";
}

/** A feature map by its name; a family, a number or an unknown word is reported. */
export function evaluateMap(expression: Expression, scope: Scope, state: Elaboration): MapValue | Poison {
  const value = evaluate(expression, scope, state);
  if (value.kind === "map" || value.kind === "poison") return value;
  if (lacksCurrent(value, expression.span, state)) return poison;
  if (value.kind === "word") {
    const known = [...scope.maps()].map(([name]) => name);
    const member = known.find((name) => name.endsWith(`.${value.value}`));
    const nearest = member ?? nearestName(value.value, known);
    state.unknownWord(value, "feature map", { nearest, known }, expression.span);
    return poison;
  }
  if (value.kind === "family") {
    const known = [...value.entries.keys()];
    state.report("names/needs-index", { family: value.name, known }, expression.span);
    return poison;
  }
  const isOfMaps = value.kind === "list" && value.items.some(({ kind }) => kind === "map");
  const instead = isOfMaps ? "name them without brackets: skip a, b by concat joins several" : undefined;
  return wrong(expression, "this", "a feature map", value, scope, state, instead);
}

function evaluateList(list: ListLiteral, scope: Scope, state: Elaboration): Value {
  const items: Value[] = [];
  for (const item of list.items) {
    const value = evaluate(item.value, scope, state);
    if (!state.takeItems(unfoldedLength(value), list.span)) return poison;
    items.push(value);
  }
  const name = list.items.find((item) => item.name !== undefined)?.name;
  if (name === undefined) return { kind: "list", items };
  state.report("values/named-item", { name: name.text }, name.span);
  return poison;
}

function evaluateRange(
  expression: Extract<Expression, { kind: "range" }>,
  scope: Scope,
  state: Elaboration,
): Value {
  const from = evaluateNumber(expression.from, "the start of a range", scope, state);
  const to = evaluateNumber(expression.to, "the end of a range", scope, state);
  if (from === undefined || to === undefined) return poison;
  const length = Math.max(0, expression.inclusive ? Math.floor(to - from) + 1 : Math.ceil(to - from));
  if (length > longestRange) {
    state.report("values/too-long", { length, limit: longestRange }, expression.span);
    return poison;
  }
  if (!state.takeItems(length, expression.span)) return poison;
  return {
    kind: "list",
    items: Array.from({ length }, (_, i) => ({ kind: "number", value: from + i }) as const),
  };
}
