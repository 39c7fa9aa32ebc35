/** `current`: the feature map that the statement is applied to, unless a name of the program is spelt so. */
import type { Span } from "../../../grammar/span.ts";
import type { Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";

const word = "current";

/** A bare word; before the first input, `current` is one too, so that a class may have this name. */
export function undeclared(name: string, at: Span, state: Elaboration): Value {
  if (name === word && state.current !== undefined) return state.current;
  return { kind: "word", value: name, at };
}

/** Whether the value is `current` where there is no feature map yet, which is reported. */
export function lacksCurrent(value: Value, at: Span, state: Elaboration): boolean {
  if (value.kind !== "word" || value.value !== word) return false;
  state.report("names/no-current-map", { what: `"${word}"` }, at);
  return true;
}
