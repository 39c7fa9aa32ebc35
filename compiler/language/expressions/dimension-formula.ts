/** A height or width written as a formula of an input size: `ceil(H/16) + 1`. */

import type { Expression } from "../../../grammar/expression.ts";
import { numberText } from "../../diagnostics/number-text.ts";
import { lcm } from "../../sizes/integers.ts";
import type { Scope } from "../names/scope.ts";
import { asNumber } from "../names/value.ts";

export interface DimensionFormula {
  readonly symbol: string | undefined;
  /** Value at an input size; may be a fraction. */
  readonly value: (inputSize: number) => number;
  /** The formula is linear plus a part that repeats with this period. */
  readonly period: number;
  readonly text: string;
}

const rounding: Readonly<Record<string, (value: number) => number>> = {
  floor: (value) => Math.floor(value + 1e-9),
  ceil: (value) => Math.ceil(value - 1e-9),
};

/** `undefined` when the expression is not such a formula. Division must be by a number. */
export function dimensionFormula(expression: Expression, scope: Scope): DimensionFormula | undefined {
  switch (expression.kind) {
    case "number":
      return constant(expression.value);
    case "reference": {
      const bound = scope.lookup(expression.name.text, expression.span);
      if (bound === undefined) scope.record.symbol(expression.name.text, expression.span);
      const number = bound === undefined ? undefined : asNumber(bound.value);
      if (number !== undefined) return constant(number);
      const text = expression.name.text;
      return bound === undefined ? { symbol: text, value: (n) => n, period: 1, text } : undefined;
    }
    case "call": {
      const round = Object.hasOwn(rounding, expression.callee.text)
        ? rounding[expression.callee.text]
        : undefined;
      const [argument, ...more] = expression.arguments;
      if (round === undefined || argument === undefined || more.length > 0) return undefined;
      const inner = dimensionFormula(argument.value, scope);
      if (inner === undefined) return undefined;
      return {
        ...inner,
        value: (n) => round(inner.value(n)),
        text: `${expression.callee.text}(${inner.text})`,
      };
    }
    case "unary": {
      const operand = expression.operator === "-" ? dimensionFormula(expression.operand, scope) : undefined;
      if (operand === undefined) return undefined;
      return { ...operand, value: (n) => -operand.value(n), text: `-${operand.text}` };
    }
    case "binary": {
      const left = dimensionFormula(expression.left, scope);
      const right = dimensionFormula(expression.right, scope);
      if (left === undefined || right === undefined) return undefined;
      return combined(expression.operator, left, right);
    }
    default:
      return undefined;
  }
}

function constant(value: number): DimensionFormula {
  return { symbol: undefined, value: () => value, period: 1, text: numberText(value) };
}

function combined(
  operator: string,
  left: DimensionFormula,
  right: DimensionFormula,
): DimensionFormula | undefined {
  if (left.symbol !== undefined && right.symbol !== undefined && left.symbol !== right.symbol)
    return undefined;
  const symbol = left.symbol ?? right.symbol;
  const period = lcm(left.period, right.period);
  const text = `${left.text}${operator === "*" || operator === "/" ? operator : ` ${operator} `}${right.text}`;
  if (operator === "+") return { symbol, period, text, value: (n) => left.value(n) + right.value(n) };
  if (operator === "-") return { symbol, period, text, value: (n) => left.value(n) - right.value(n) };
  if (operator === "*" && (left.symbol === undefined || right.symbol === undefined))
    return { symbol, period, text, value: (n) => left.value(n) * right.value(n) };
  const divisor = right.symbol === undefined ? right.value(0) : 0;
  if (operator === "/" && Number.isInteger(divisor) && divisor > 0)
    return { symbol, period: period * divisor, text, value: (n) => left.value(n) / divisor };
  return undefined;
}
