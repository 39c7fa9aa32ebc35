/** The value of arithmetic without names: `1e-4`, `-1`, `1 / 3`, `2^16 - 1`. */
import type { Expression } from "../../../grammar/expression.ts";

/** `undefined` for anything else than numbers and arithmetic; not finite where the arithmetic is not. */
export function constantNumber(expression: Expression): number | undefined {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "unary" && expression.operator === "-") {
    const operand = constantNumber(expression.operand);
    return operand === undefined ? undefined : -operand;
  }
  if (expression.kind !== "binary") return undefined;
  const left = constantNumber(expression.left);
  const right = constantNumber(expression.right);
  if (left === undefined || right === undefined) return undefined;
  switch (expression.operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "^":
      return left ** right;
    default:
      return undefined;
  }
}
