/** How the arguments of a train section's words are read. */
import type { Expression } from "../../../grammar/expression.ts";
import type { ArgumentLanguage } from "../../language/calls/argument-language.ts";
import { coerceConstant } from "../../language/expressions/coerce.ts";
import { type Poison, poison, type Value } from "../../language/names/value.ts";
import type { BoundValue, ParameterType } from "../../ops/word.ts";
import { constantNumber } from "./constant-number.ts";
import { describeTerm } from "./describe-term.ts";
import { evaluateTerm } from "./evaluate-term.ts";
import { readClassWeights } from "./read-class-weights.ts";
import type { TrainReader } from "./train-reader.ts";

export function argumentLanguage(reader: TrainReader): ArgumentLanguage {
  return {
    habits: "trainArgument",
    functions: [],
    names: () => [],
    wordOf: (owner) => `word of ${owner}`,
    evaluate: (expression) => evaluateTerm(expression, reader),
    describe: (_, written) => describeTerm(written),
    coerce: (value, type, written) => coerceTerm(value, type, written, reader),
    report: (code, facts, span, related) => reader.report(code, facts, span, related),
    unknownWord: ({ value }, what, names, met) =>
      reader.report("names/unknown", { name: value, what, ...names }, met),
  };
}

function coerceTerm(
  value: Value,
  type: ParameterType,
  written: Expression,
  reader: TrainReader,
): BoundValue | Poison | undefined {
  switch (type.kind) {
    case "range":
      return rangeOf(written, type);
    case "class_weights": {
      if (written.kind !== "list") return undefined;
      const weights = readClassWeights(written, reader);
      return weights === undefined ? poison : { kind: "class_weights", value: weights };
    }
    case "either":
      for (const option of type.types) {
        const bound = coerceTerm(value, option, written, reader);
        if (bound !== undefined) return bound;
      }
      return undefined;
    default:
      return coerceConstant(value, type);
  }
}

function rangeOf(
  written: Expression,
  { above, most = Number.MAX_VALUE }: Extract<ParameterType, { kind: "range" }>,
): BoundValue | undefined {
  if (written.kind !== "range" || !written.inclusive) return undefined;
  const [from, to] = [constantNumber(written.from), constantNumber(written.to)];
  if (from === undefined || to === undefined) return undefined;
  return from > above && to >= from && to <= most ? { kind: "range", value: [from, to] } : undefined;
}
