/** Describes a value of a `train` section for messages. */
import type { Expression } from "../../../grammar/expression.ts";
import { describeNumber, numberText } from "../../diagnostics/number-text.ts";
import { quoted } from "../../diagnostics/quoted.ts";
import { constantNumber } from "./constant-number.ts";

export function describeTerm(term: Expression): string {
  const number = constantNumber(term);
  if (number !== undefined) {
    const isPercent = term.kind === "number" && term.percent && Number.isFinite(number * 100);
    return isPercent ? `${numberText(number * 100)}%` : describeNumber(number);
  }
  switch (term.kind) {
    case "reference":
      return `the word ${quoted(term.name.text)}`;
    case "call":
      return quoted(`${term.callee.text}(…)`);
    case "string":
      return `the string ${JSON.stringify(term.value.slice(0, 40))}`;
    case "extent":
      return `the size ${term.height}x${term.width}`;
    case "list":
      return `a list of ${term.items.length} ${term.items.length === 1 ? "item" : "items"}`;
    case "boolean":
      return String(term.value);
    case "range": {
      const [from, to] = [constantNumber(term.from), constantNumber(term.to)];
      if (from === undefined || to === undefined) return "a range";
      return `the range ${numberText(from)} .. ${numberText(to)}`;
    }
    default:
      return "an expression";
  }
}
