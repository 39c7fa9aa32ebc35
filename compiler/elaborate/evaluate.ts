/** Expressions to values. A mistake is reported once and becomes poison. */
import type { BinaryExpression, CallExpression, Expression } from "../../grammar/ast.ts";
import { nearestName } from "../names/nearest.ts";
import type { Scope } from "../names/scope.ts";
import {
  asNumber,
  describeValue,
  type MapValue,
  type Poison,
  poison,
  printValue,
  type Value,
} from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";

const longestRange = 100_000;

export function evaluate(expression: Expression, scope: Scope, state: Elaboration): Value {
  switch (expression.kind) {
    case "number":
      return { kind: "number", value: expression.value };
    case "extent":
      return { kind: "extent", value: [expression.height, expression.width] };
    case "string":
      return { kind: "text", value: expression.value };
    case "boolean":
      return { kind: "boolean", value: expression.value };
    case "list":
      return { kind: "list", items: expression.items.map((item) => evaluate(item.value, scope, state)) };
    case "reference":
      return scope.lookup(expression.name.text)?.value ?? { kind: "word", value: expression.name.text };
    case "index":
      return evaluateIndex(expression, scope, state);
    case "member":
      return evaluateMember(expression, scope, state);
    case "call":
      return evaluateCall(expression, scope, state);
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
      if (value !== undefined) return { kind: "number", value: -value };
      return wrong(expression.operand, "what follows −", "a number", operand, scope, state);
    }
    case "binary":
      return evaluateBinary(expression, scope, state);
  }
}

/** Reports that a value is of the wrong kind; a bare word that stands where none fits is taken for a misspelt name. */
export function wrong(
  expression: Expression,
  what: string,
  wanted: string,
  found: Value,
  scope: Scope,
  state: Elaboration,
): Poison {
  if (found.kind === "poison") return poison;
  if (found.kind === "word") {
    const known = [...new Set(scope.names())];
    state.report(
      "names/unknown",
      { name: found.value, what: "variable or feature map", nearest: nearestName(found.value, known), known },
      expression.span,
    );
  } else {
    state.report(
      "values/wrong-kind",
      { what, wanted, found: describeValue(found), nearest: undefined },
      expression.span,
    );
  }
  return poison;
}

export function evaluateNumber(
  expression: Expression,
  what: string,
  scope: Scope,
  state: Elaboration,
): number | undefined {
  const value = evaluate(expression, scope, state);
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
): number | undefined {
  const value = evaluateNumber(expression, what, scope, state);
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && value >= least) return value;
  state.report(
    "values/wrong-kind",
    { what, wanted: `a whole number ≥ ${least}`, found: String(value), nearest: undefined },
    expression.span,
  );
  return undefined;
}

/** A feature map by its name; a family, a number or an unknown word is reported. */
export function evaluateMap(expression: Expression, scope: Scope, state: Elaboration): MapValue | Poison {
  const value = evaluate(expression, scope, state);
  if (value.kind === "map" || value.kind === "poison") return value;
  if (value.kind === "word") {
    const known = [...scope.maps()].map(([name]) => name);
    const nearest = nearestName(value.value, known);
    state.report(
      "names/unknown",
      { name: value.value, what: "feature map", nearest, known },
      expression.span,
    );
    return poison;
  }
  if (value.kind === "family") {
    state.report(
      "names/no-entry",
      { family: value.name, index: "", known: [...value.entries.keys()] },
      expression.span,
    );
    return poison;
  }
  return wrong(expression, "this", "a feature map", value, scope, state);
}

function evaluateIndex(
  expression: Extract<Expression, { kind: "index" }>,
  scope: Scope,
  state: Elaboration,
): Value {
  const target = evaluate(expression.target, scope, state);
  const index = evaluateNumber(expression.index, "the index", scope, state);
  if (target.kind === "poison" || index === undefined) return poison;
  if (target.kind === "family") {
    const entry = target.entries.get(index);
    if (entry !== undefined) return entry;
    const known = [...target.entries.keys()];
    state.report("names/no-entry", { family: target.name, index: String(index), known }, expression.span);
    return poison;
  }
  if (target.kind === "list") {
    const item = Number.isInteger(index) ? target.items.at(index) : undefined;
    if (item !== undefined && index >= 0) return item;
    const wanted = `a whole number from 0 to ${target.items.length - 1}`;
    state.report(
      "values/wrong-kind",
      { what: "the index", wanted, found: String(index), nearest: undefined },
      expression.index.span,
    );
    return poison;
  }
  return wrong(expression.target, "what is indexed", "a list or maps bound by index", target, scope, state);
}

function evaluateMember(
  expression: Extract<Expression, { kind: "member" }>,
  scope: Scope,
  state: Elaboration,
): Value {
  const target = evaluate(expression.target, scope, state);
  if (target.kind !== "map" || target.members === undefined) {
    if (target.kind === "map") {
      const facts = { owner: target.called, member: expression.member.text, nearest: undefined, known: [] };
      state.report("names/no-member", facts, expression.member.span);
      return poison;
    }
    return wrong(
      expression.target,
      "what stands before the dot",
      "an encoder or a block by its name",
      target,
      scope,
      state,
    );
  }
  const found = target.members.own(expression.member.text);
  if (found !== undefined) return found.value;
  const known = [...target.members.names()].filter((name) => {
    const kind = target.members?.own(name)?.value.kind;
    return kind === "map" || kind === "family";
  });
  state.report(
    "names/no-member",
    {
      owner: target.called,
      member: expression.member.text,
      nearest: nearestName(expression.member.text, known),
      known,
    },
    expression.member.span,
  );
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
  return {
    kind: "list",
    items: Array.from({ length }, (_, i) => ({ kind: "number", value: from + i }) as const),
  };
}

const numberFunctions: Readonly<Record<string, (...values: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  floor: (value = Number.NaN) => Math.floor(value),
  ceil: (value = Number.NaN) => Math.ceil(value),
  round: (value = Number.NaN) => Math.round(value),
};

function evaluateCall(expression: CallExpression, scope: Scope, state: Elaboration): Value {
  const items = expression.arguments.map((argument) => evaluate(argument.value, scope, state));
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

function finite(value: number, operator: string, expression: Expression, state: Elaboration): Value {
  if (Number.isFinite(value)) return { kind: "number", value };
  state.report("values/not-finite", { operator }, expression.span);
  return poison;
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  mod: (a, b) => a - b * Math.floor(a / b),
  "^": (a, b) => a ** b,
};

const order: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function evaluateBinary(expression: BinaryExpression, scope: Scope, state: Elaboration): Value {
  const left = evaluate(expression.left, scope, state);
  const right = evaluate(expression.right, scope, state);
  if (left.kind === "poison" || right.kind === "poison") return poison;
  const { operator } = expression;
  const sides = `the sides of ${operator}`;
  if (operator === "==" || operator === "!=") {
    // A list beside a number is its length, as everywhere; anything else is equal when it is written the same.
    const a = right.kind === "number" ? asNumber(left) : undefined;
    const b = left.kind === "number" ? asNumber(right) : undefined;
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
  if (a === undefined) return wrong(expression.left, sides, "numbers", left, scope, state);
  if (b === undefined) return wrong(expression.right, sides, "numbers", right, scope, state);
  const compare = order[operator];
  if (compare !== undefined) return { kind: "boolean", value: compare(a, b) };
  if ((operator === "/" || operator === "mod") && b === 0) {
    state.report("values/division-by-zero", { left: printValue(left) }, expression.span);
    return poison;
  }
  return finite(arithmetic[operator]?.(a, b) ?? Number.NaN, operator, expression, state);
}
