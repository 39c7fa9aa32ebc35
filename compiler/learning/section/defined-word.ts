/** A word of a catalogue, with or without arguments: `adam`, `adam(learning_rate = 1e-4)`. */
import type { Argument, Expression } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { matchArguments } from "../../language/calls/match-arguments.ts";
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { argumentLanguage } from "./argument-language.ts";
import { describeTerm } from "./describe-term.ts";
import type { TrainReader } from "./train-reader.ts";

/**
 * The configuration that the word and its arguments define; `undefined` after an error, which is reported.
 * @param what names the catalogue in "there is no …"
 */
export function readDefined<D extends Definition>(
  expression: Expression,
  what: string,
  known: readonly D[],
  reader: TrainReader,
): ConfigurationOf<D> | undefined {
  const names = known.map(({ name }) => name);
  const name =
    expression.kind === "reference"
      ? expression.name
      : expression.kind === "call"
        ? expression.callee
        : undefined;
  if (name === undefined) return reader.wrong(`the ${what}`, `one of ${names.join(", ")}`, expression);
  const definition = known.find((word) => word.name === name.text);
  if (definition === undefined) return reader.unknown(what, name.text, names, name.span);
  const given = expression.kind === "call" ? expression.arguments : [];
  const bound = matchArguments(
    name.text,
    definition.parameters,
    given,
    expression.span,
    argumentLanguage(reader),
  );
  if (bound === undefined) return undefined;
  const configured = definition.configure(bound.values);
  if (configured instanceof Refusal) return reportRefusal(configured, expression, given, bound.spans, reader);
  // A definition configures what ConfigurationOf says of it; TypeScript does not follow the generic.
  return configured as ConfigurationOf<D>;
}

/** At the argument that causes it, whose value the message describes. */
function reportRefusal(
  { problem: { code, facts, parameter } }: Refusal,
  call: Expression,
  given: readonly Argument[],
  spans: ReadonlyMap<string, Span>,
  reader: TrainReader,
): undefined {
  const span = parameter === undefined ? undefined : spans.get(parameter);
  const argument = given.find((one) => one.span === span);
  if (argument === undefined) return reader.report(code, facts, call.span);
  const { value } = argument;
  return reader.report(code, "found" in facts ? { ...facts, found: describeTerm(value) } : facts, value.span);
}
