/**
 * Operators by strength: from a flat run of operands and operators to the tree.
 *
 * Weakest first: `or`, `and`, `not`, comparison, range, sum, product, sign, power. Powers group to the right, the
 * others to the left.
 */
import type { BinaryOperator, Expression } from "./expression.ts";
import { hull, type Span } from "./span.ts";

export interface Operator {
  readonly text: string;
  readonly span: Span;
}

/** An operand with the signs before it: `- -x`, `not done`. */
export interface SignedOperand {
  readonly signs: readonly Operator[];
  readonly value: Expression;
}

const strength: { readonly [operator in BinaryOperator | ".." | "..<"]: number } = {
  or: 1,
  and: 2,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "..<": 5,
  "..": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  mod: 7,
  "^": 9,
};
const strengthOfNot = 4;
const strengthOfSign = 8;

/** `operators[i]` is between `first`, `rest[0]`, `rest[1]`, … in order. */
export function foldOperators(
  first: SignedOperand,
  rest: readonly { readonly operator: Operator; readonly operand: SignedOperand }[],
): Expression {
  let position = 0;

  function signed(operand: SignedOperand, depth: number): Expression {
    const sign = operand.signs[depth];
    if (sign === undefined) return operand.value;
    const isNot = sign.text === "not";
    const inner = climb(signed(operand, depth + 1), isNot ? strengthOfNot : strengthOfSign);
    return {
      kind: "unary",
      operator: isNot ? "not" : "-",
      operand: inner,
      span: hull(sign.span, inner.span),
    };
  }

  function climb(start: Expression, least: number): Expression {
    let left = start;
    for (let next = rest[position]; next !== undefined; next = rest[position]) {
      // The tokeniser gives no other operators than those of the table.
      const text = next.operator.text as keyof typeof strength;
      const own = strength[text];
      if (own < least) break;
      position += 1;
      const right = climb(signed(next.operand, 0), text === "^" ? own : own + 1);
      const span = hull(left.span, right.span);
      if (text === ".." || text === "..<") {
        left = { kind: "range", from: left, to: right, inclusive: text === "..", span };
      } else {
        left = { kind: "binary", operator: text, left, right, span };
      }
    }
    return left;
  }

  return climb(signed(first, 0), 0);
}
