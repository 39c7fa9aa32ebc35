/**
 * The arguments of a call, matched to the parameters of its word and checked against their types: of an operation in the body of a
 * network, and of a loss, an optimizer or another word of a train section.
 */
import type { Argument } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { nearestName } from "../../nearest.ts";
import type { BoundValue, ParameterSpecification, ParameterType } from "../../ops/word.ts";
import { describeType, wordsOf } from "../expressions/coerce.ts";
import { limitPassed } from "../expressions/evaluate.ts";
import { type Meant, meantBy } from "../names/habits.ts";
import { asNumber, type Value } from "../names/value.ts";
import type { ArgumentLanguage } from "./argument-language.ts";

export interface BoundArguments {
  readonly values: ReadonlyMap<string, BoundValue>;
  /** Span of each argument, for the errors that an operation finds in it. */
  readonly spans: ReadonlyMap<string, Span>;
}

/** `undefined` after an error, which is reported. */
export function matchArguments(
  owner: string,
  parameters: readonly ParameterSpecification[],
  given: readonly Argument[],
  callSpan: Span,
  language: ArgumentLanguage,
): BoundArguments | undefined {
  const values = new Map<string, BoundValue>();
  const spans = new Map<string, Span>();
  const known = parameters.map((parameter) => parameter.name);
  let sound = true;

  const take = (parameter: ParameterSpecification, argument: Argument, value: Value): void => {
    if (spans.has(parameter.name)) {
      language.report("names/given-twice", { owner, parameter: parameter.name }, argument.span, [
        { span: spans.get(parameter.name) ?? argument.span, message: "given here first" },
      ]);
      sound = false;
      return;
    }
    spans.set(parameter.name, argument.span);
    const bound = value.kind === "poison" ? value : language.coerce(value, parameter.type, argument.value);
    if (bound !== undefined && bound.kind !== "poison") {
      values.set(parameter.name, bound);
      return;
    }
    sound = false;
    if (bound === undefined) reportMismatch(owner, parameter, argument, value, language);
  };

  // Named arguments come first, so that a positional one never takes a parameter that is named later in the call.
  const positional: { readonly argument: Argument; readonly value: Value }[] = [];
  for (const argument of given) {
    const value = language.evaluate(argument.value);
    if (argument.name === undefined) {
      positional.push({ argument, value });
      continue;
    }
    const name = argument.name.text;
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (parameter === undefined) {
      language.report(
        "names/unknown-parameter",
        { owner, parameter: name, ...meantBy(name, language.habits, known), known },
        argument.name.span,
      );
      sound = false;
    } else take(parameter, argument, value);
  }
  let crowded = false;
  for (const { argument, value } of positional) {
    if (value.kind === "poison") {
      sound = false;
      continue;
    }
    const open = parameters.filter((parameter) => !spans.has(parameter.name));
    const parameter = placeFor(value, argument, open, language);
    if (parameter !== undefined) {
      const wordIsFlag = value.kind === "word" && parameter.type.kind === "flag";
      take(parameter, argument, wordIsFlag ? { kind: "boolean", value: true } : value);
      continue;
    }
    sound = false;
    // After one value too many, the values after it have no parameter either.
    if (!crowded) crowded = reportNoPlace(owner, parameters, open, argument, value, language);
  }
  for (const parameter of parameters) {
    if (!parameter.required || spans.has(parameter.name) || !sound) continue;
    language.report(
      "names/argument-needed",
      {
        owner,
        parameter: parameter.name,
        summary: parameter.summary,
        wanted: describeType(parameter.type),
      },
      callSpan,
    );
    sound = false;
  }
  return sound ? { values, spans } : undefined;
}

/** A bare word goes to the flag or choice that knows it; anything else to the next open parameter that takes its kind. */
function placeFor(
  value: Value,
  argument: Argument,
  open: readonly ParameterSpecification[],
  language: ArgumentLanguage,
): ParameterSpecification | undefined {
  if (value.kind === "word") {
    const word = value.value;
    return open.find((parameter) =>
      parameter.type.kind === "flag"
        ? parameter.name === word
        : parameter.positional && wordsOf(parameter.type).includes(word),
    );
  }
  return open.find(
    ({ positional, type }) => positional && language.coerce(value, type, argument.value) !== undefined,
  );
}

function reportMismatch(
  owner: string,
  parameter: ParameterSpecification,
  argument: Argument,
  value: Value,
  language: ArgumentLanguage,
): void {
  const { functions } = language;
  if (value.kind === "form" && parameter.type.kind !== "initialisation" && functions.length > 0) {
    const facts = { name: value.name, what: "function", nearest: nearestName(value.name, functions) };
    language.report("names/unknown", { ...facts, known: functions }, argument.value.span);
    return;
  }
  const words = wordsOf(parameter.type);
  const quoted = value.kind === "text" && words.includes(value.value);
  const pair = parameter.type.kind === "extent" ? pairOf(value) : undefined;
  const visible = value.kind === "word" ? [...words, ...language.names()] : [];
  language.report(
    "values/wrong-kind",
    {
      what: `\`${parameter.name}\` of ${owner}`,
      wanted: `${describeType(parameter.type)}${value.kind === "number" ? limitPassed(value.value) : ""}`,
      found: language.describe(value, argument.value),
      nearest: value.kind === "word" ? nearestName(value.value, visible) : quoted ? value.value : pair,
      ...(quoted ? { instead: `write the word without quotes: ${parameter.name} = ${value.value}` } : {}),
    },
    argument.value.span,
  );
}

/** What is meant by a bare word. */
function meantByWord(word: string, known: readonly string[], { habits }: ArgumentLanguage): Meant {
  return meantBy(word, "value", habits === "argument" ? [...known, "current.channels"] : known);
}

/** Whether there are more values than parameters. */
function reportNoPlace(
  owner: string,
  parameters: readonly ParameterSpecification[],
  open: readonly ParameterSpecification[],
  argument: Argument,
  value: Value,
  language: ArgumentLanguage,
): boolean {
  if (value.kind === "word") {
    const words = parameters.flatMap((parameter) =>
      parameter.type.kind === "flag" ? [parameter.name] : parameter.positional ? wordsOf(parameter.type) : [],
    );
    const known = [...new Set([...words, ...language.names()])];
    const word = value.value;
    const namedOnly = parameters.find(({ positional, type }) => !positional && wordsOf(type).includes(word));
    const meant =
      namedOnly === undefined
        ? meantByWord(word, known, language)
        : { nearest: `${namedOnly.name} = ${word}`, instead: undefined };
    language.unknownWord(value, language.wordOf(owner), { ...meant, known }, argument.span);
    return false;
  }
  const next = open.find((parameter) => parameter.positional && takesNoWordOnly(parameter.type));
  if (next !== undefined) {
    reportMismatch(owner, next, argument, value, language);
    return false;
  }
  language.report(
    "names/too-many-arguments",
    {
      owner,
      found: language.describe(value, argument.value),
      known: parameters.map((parameter) => parameter.name),
    },
    argument.span,
  );
  return true;
}

/** A list of two whole numbers, as other libraries write a size: `[3, 3]`. */
function pairOf(value: Value): string | undefined {
  if (value.kind !== "list" || value.items.length !== 2) return undefined;
  const numbers = value.items.map(asNumber);
  return numbers.every((number) => number !== undefined && Number.isSafeInteger(number) && number >= 0)
    ? numbers.join("x")
    : undefined;
}

function takesNoWordOnly(type: ParameterType): boolean {
  return type.kind !== "choice" && type.kind !== "flag" && type.kind !== "initialisation";
}
