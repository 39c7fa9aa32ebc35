/** The arguments of a call in the body of a network. */
import type { Argument, Expression } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import type { BoundValue, ParameterSpecification, ParameterType } from "../../ops/word.ts";
import { coerce } from "../expressions/coerce.ts";
import { evaluate } from "../expressions/evaluate.ts";
import { functionNames } from "../expressions/evaluate-call.ts";
import type { Scope } from "../names/scope.ts";
import { describeValue } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { type BoundArguments, matchArguments } from "./match-arguments.ts";

/** `undefined` after an error, which is reported. */
export function bindArguments(
  owner: string,
  parameters: readonly ParameterSpecification[],
  given: readonly Argument[],
  callSpan: Span,
  scope: Scope,
  state: Elaboration,
): BoundArguments | undefined {
  return matchArguments(owner, parameters, given, callSpan, {
    habits: "argument",
    functions: functionNames,
    names: () => [...scope.names()],
    wordOf: (called) => `variable, or word of ${called},`,
    evaluate: (expression) => evaluate(expression, scope, state),
    describe: describeValue,
    // A variable that does not fit does not hide the word of the same name: `maxpool(over = channels)` in a block with `channels`.
    coerce: (value, type, written) => coerce(value, type, state) ?? wordWritten(written, type),
    report: (code, facts, span, related = []) => state.report(code, facts, span, { related }),
    unknownWord: (word, what, names, met) => state.unknownWord(word, what, names, met),
  });
}

function wordWritten(written: Expression, type: ParameterType): BoundValue | undefined {
  const word = written.kind === "reference" ? written.name.text : undefined;
  return word !== undefined && type.kind === "choice" && type.words.includes(word)
    ? { kind: "choice", value: word }
    : undefined;
}
