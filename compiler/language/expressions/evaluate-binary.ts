/** Arithmetic, comparisons and logic on two values. */
import type { BinaryExpression, Expression } from "../../../grammar/expression.ts";
import { nearestName } from "../../nearest.ts";
import { words } from "../../ops/registry.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber, poison, printValue, unfoldedLength, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { wordsOf } from "./coerce.ts";
import { wrong } from "./wrong.ts";

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  mod: (a, b) => a - b * Math.floor(a / b),
  "^": (a, b) => a ** b,
};

const joins: Readonly<Record<string, string>> = { "+": "add", "-": "subtract", "*": "multiply" };

const order: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

export function evaluateBinary(
  expression: BinaryExpression,
  left: Value,
  right: Value,
  scope: Scope,
  state: Elaboration,
): Value {
  if (left.kind === "poison" || right.kind === "poison") return poison;
  const { operator } = expression;
  const sides = `the sides of ${operator}`;
  if (operator === "==" || operator === "!=") {
    // A list that is compared with a number counts as its length; other values are equal when they are written the same.
    const a = right.kind === "number" ? asNumber(left) : undefined;
    const b = left.kind === "number" ? asNumber(right) : undefined;
    if (misspeltWord(expression, left, right, scope, state)) return poison;
    if (!state.takeItems(unfoldedLength(left) + unfoldedLength(right), expression.span)) return poison;
    const equal =
      printValue(a === undefined ? left : { kind: "number", value: a }) ===
      printValue(b === undefined ? right : { kind: "number", value: b });
    return { kind: "boolean", value: equal === (operator === "==") };
  }
  if (operator === "and" || operator === "or") {
    if (left.kind !== "boolean") return wrong(expression.left, sides, "true or false", left, scope, state);
    if (right.kind !== "boolean") return wrong(expression.right, sides, "true or false", right, scope, state);
    return {
      kind: "boolean",
      value: operator === "and" ? left.value && right.value : left.value || right.value,
    };
  }
  const a = asNumber(left);
  const b = asNumber(right);
  const instead = withMaps(operator, left, right);
  if (a === undefined) return wrong(expression.left, sides, "numbers", left, scope, state, instead);
  if (b === undefined) return wrong(expression.right, sides, "numbers", right, scope, state, instead);
  const compare = order[operator];
  if (compare !== undefined) return { kind: "boolean", value: compare(a, b) };
  if ((operator === "/" || operator === "mod") && b === 0) {
    state.report("values/division-by-zero", { left: printValue(left) }, expression.span);
    return poison;
  }
  return finite(arithmetic[operator]?.(a, b) ?? Number.NaN, operator, expression, state);
}

/** How a program says what was meant by arithmetic of feature maps. */
function withMaps(operator: string, left: Value, right: Value): string | undefined {
  const join = Object.hasOwn(joins, operator) ? joins[operator] : undefined;
  if (join === undefined) return undefined;
  if (left.kind === "map" && right.kind === "map")
    return `a statement joins feature maps: from one of them, then skip the other by ${join}`;
  return left.kind === "map" || right.kind === "map"
    ? "an operation is applied to a feature map: affine(0.3) is a constant factor, affine(shift = 1) a constant shift"
    : undefined;
}

/** The number, or poison for one that is infinite or not a number. */
export function finite(value: number, operator: string, expression: Expression, state: Elaboration): Value {
  if (Number.isFinite(value)) return { kind: "number", value };
  state.report("values/not-finite", { operator }, expression.span);
  return poison;
}

/**
 * Reports a bare word that is compared with a word of an operation (`padding == vald`), is not one itself, and is close to
 * one: the two would silently never be equal. Other words of the program are compared as they are.
 */
function misspeltWord(
  { left, right }: BinaryExpression,
  first: Value,
  second: Value,
  scope: Scope,
  state: Elaboration,
): boolean {
  if (first.kind !== "word" || second.kind !== "word") return false;
  for (const [expression, word, other] of [
    [left, first.value, second.value],
    [right, second.value, first.value],
  ] as const) {
    const isBare = expression.kind === "reference" && scope.lookup(expression.name.text) === undefined;
    if (!isBare || operationWords.has(word) || !operationWords.has(other)) continue;
    const nearest = nearestName(word, operationWords);
    if (nearest === undefined) continue;
    state.report(
      "names/unknown",
      { name: word, what: "variable or word", nearest, known: [] },
      expression.span,
    );
    return true;
  }
  return false;
}

/** Every word that an argument of an operation, or the crop of a join, accepts. */
const operationWords: ReadonlySet<string> = new Set([
  ...Array.from(words.values(), ({ parameters }) => parameters.flatMap(({ type }) => wordsOf(type))).flat(),
  "none",
  "centred",
  "aligned",
]);
