/** A word with or without arguments: `adam`, `adam(learning_rate = 1e-4)`; and its arguments by name. */
import type { Argument, Expression } from "../../grammar/expression.ts";
import type { Span } from "../../grammar/span.ts";
import { meantBy } from "../language/names/habits.ts";
import { describeTerm } from "./describe-term.ts";
import type { TrainReader } from "./train-reader.ts";

export interface Form<W extends string = string> {
  readonly name: W;
  readonly span: Span;
  readonly arguments: readonly Argument[];
}

/** Parameters of a form, in order; unnamed arguments are assigned to the positional ones. */
export interface FormParameter {
  readonly name: string;
  readonly positional?: boolean;
  /** Can be written as its bare name. */
  readonly flag?: boolean;
}

/** `what` names the kind in "there is no …". */
export function readForm<W extends string>(
  expression: Expression,
  what: string,
  known: readonly W[],
  reader: TrainReader,
): Form<W> | undefined {
  const name =
    expression.kind === "reference"
      ? expression.name
      : expression.kind === "call"
        ? expression.callee
        : undefined;
  if (name === undefined) {
    reader.wrong(`the ${what}`, `one of ${known.join(", ")}`, expression);
    return undefined;
  }
  const found = known.find((word) => word === name.text);
  if (found === undefined) return reader.unknown(what, name.text, known, name.span);
  return {
    name: found,
    span: expression.span,
    arguments: expression.kind === "call" ? expression.arguments : [],
  };
}

/** The arguments, by parameter; the value of a bare flag is its name. Arguments without a parameter are reported. */
export function readArguments(
  form: Form,
  parameters: readonly FormParameter[],
  reader: TrainReader,
): ReadonlyMap<string, Expression> {
  const given = new Map<string, Expression>();
  const known = parameters.map(({ name }) => name);
  const positional = parameters.filter((parameter) => parameter.positional === true);
  for (const { name, value, span } of form.arguments) {
    const parameter = parameterOf(name?.text, value, parameters, positional);
    if (parameter === undefined) {
      if (name !== undefined) {
        const facts = {
          owner: form.name,
          parameter: name.text,
          ...meantBy(name.text, "trainArgument", known),
          known,
        };
        reader.report("names/unknown-parameter", facts, name.span);
      } else {
        const facts = { owner: form.name, found: describeTerm(value), known };
        reader.report("names/too-many-arguments", facts, span);
      }
    } else if (given.has(parameter.name)) {
      reader.report("names/given-twice", { owner: form.name, parameter: parameter.name }, span);
    } else {
      given.set(parameter.name, value);
    }
  }
  return given;
}

function parameterOf(
  name: string | undefined,
  value: Expression,
  parameters: readonly FormParameter[],
  positional: FormParameter[],
): FormParameter | undefined {
  if (name !== undefined) return parameters.find((parameter) => parameter.name === name);
  const word = value.kind === "reference" ? value.name.text : undefined;
  const flag = parameters.find((parameter) => parameter.flag === true && parameter.name === word);
  return flag ?? positional.shift();
}

/** Whether a flag is set: `nesterov`, `nesterov = true`. */
export function readFlag(value: Expression | undefined, name: string, reader: TrainReader): boolean {
  if (value === undefined) return false;
  if (value.kind === "boolean") return value.value;
  if (value.kind === "reference" && value.name.text === name) return true;
  reader.wrong(name, "true or false", value);
  return false;
}
