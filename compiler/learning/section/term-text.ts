/** A value of a `train` section as the language writes it. */
import type { Expression } from "../../../grammar/expression.ts";
import { numberText } from "../../diagnostics/number-text.ts";
import { constantNumber } from "./constant-number.ts";

/** `undefined` for what no entry takes, an index or a field of something. */
export function termText(term: Expression): string | undefined {
  const number = constantNumber(term);
  if (number !== undefined) return Number.isFinite(number) ? numberText(number) : undefined;
  switch (term.kind) {
    case "reference":
      return term.name.text;
    case "boolean":
      return String(term.value);
    case "string":
      return JSON.stringify(term.value);
    case "extent":
      return `${term.height}x${term.width}`;
    case "range": {
      const [from, to] = [termText(term.from), termText(term.to)];
      return from === undefined || to === undefined
        ? undefined
        : `${from} ${term.inclusive ? ".." : "..<"} ${to}`;
    }
    case "list":
      return inBrackets("[", term.items, "]");
    case "call":
      return inBrackets(`${term.callee.text}(`, term.arguments, ")");
    default:
      return undefined;
  }
}

function inBrackets(
  open: string,
  items: readonly { readonly name?: { readonly text: string } | undefined; readonly value: Expression }[],
  close: string,
): string | undefined {
  const texts = items.map(({ name, value }) => {
    const text = termText(value);
    return text === undefined || name === undefined ? text : `${name.text} = ${text}`;
  });
  return texts.includes(undefined) ? undefined : `${open}${texts.join(", ")}${close}`;
}
