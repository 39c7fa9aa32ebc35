/** The parameters of a block or a network: given arguments, then defaults, in a new scope. */
import type { Argument, Parameter } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import { nearestName } from "../names/nearest.ts";
import { Scope } from "../names/scope.ts";
import { asNumber, describeValue, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";

export interface Parametrised {
  readonly kind: "block" | "network";
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** Types a parameter may declare (`channels: count`), and the test each stands for. */
const declaredTypes: Readonly<
  Record<string, { readonly wanted: string; readonly fits: (value: Value) => boolean }>
> = {
  count: {
    wanted: "a whole number ≥ 1, or a list",
    fits: (value) => Number.isSafeInteger(asNumber(value)) && (asNumber(value) ?? 0) >= 1,
  },
  number: { wanted: "a number", fits: (value) => asNumber(value) !== undefined },
  extent: {
    wanted: "a size such as 3x3, or a number",
    fits: (value) => value.kind === "extent" || value.kind === "number",
  },
  word: { wanted: "a word", fits: (value) => value.kind === "word" },
  flag: { wanted: "true or false", fits: (value) => value.kind === "boolean" },
  list: { wanted: "a list", fits: (value) => value.kind === "list" },
  map: { wanted: "a feature map", fits: (value) => value.kind === "map" },
};

/** `undefined` when an argument is missing, unknown or of the wrong kind; all of these have been reported. */
export function bindParameters(
  owner: Parametrised,
  given: readonly Argument[],
  callSpan: Span,
  callScope: Scope,
  definitionScope: Scope,
  state: Elaboration,
): Scope | undefined {
  const called = `${owner.kind} ${owner.name}`;
  const known = owner.parameters.map((parameter) => parameter.name.text);
  const arguments_ = new Map<string, { readonly argument: Argument; readonly value: Value }>();
  let sound = true;
  for (const argument of given) {
    const value = evaluate(argument.value, callScope, state);
    const open = known.filter(
      (name) => !arguments_.has(name) && !given.some((other) => other.name?.text === name),
    );
    const name = argument.name?.text ?? open[0];
    if (name === undefined) {
      state.report(
        "names/too-many-arguments",
        { owner: called, found: describeValue(value), known },
        argument.span,
      );
      sound = false;
    } else if (!known.includes(name)) {
      state.report(
        "names/unknown-parameter",
        { owner: called, parameter: name, nearest: nearestName(name, known), known },
        argument.name?.span ?? argument.span,
      );
      sound = false;
    } else if (arguments_.has(name)) {
      state.report("names/given-twice", { owner: called, parameter: name }, argument.span);
      sound = false;
    } else arguments_.set(name, { argument, value });
  }
  const scope = new Scope(definitionScope, true);
  for (const parameter of owner.parameters) {
    const name = parameter.name.text;
    const entry = arguments_.get(name);
    let value: Value = poison;
    if (entry !== undefined) value = fitting(parameter, entry.value, entry.argument, called, scope, state);
    else if (parameter.default !== undefined) value = evaluate(parameter.default, scope, state);
    else if (sound) {
      state.report(
        "names/argument-needed",
        { owner: called, parameter: name, summary: undefined },
        callSpan,
        {
          related: [{ span: parameter.span, message: "it has no default" }],
        },
      );
    }
    if (value.kind === "poison") sound = false;
    scope.bind(name, { value, span: entry?.argument.span ?? parameter.span });
  }
  return sound ? scope : undefined;
}

/** The value, when it is of the declared type, or of its default's kind where no type is declared. */
function fitting(
  parameter: Parameter,
  value: Value,
  argument: Argument,
  owner: string,
  scope: Scope,
  state: Elaboration,
): Value {
  if (value.kind === "poison") return poison;
  const declared = parameter.type?.text;
  const type =
    declared !== undefined && Object.hasOwn(declaredTypes, declared) ? declaredTypes[declared] : undefined;
  if (parameter.type !== undefined && type === undefined) {
    const types = Object.keys(declaredTypes);
    const nearest = nearestName(parameter.type.text, types);
    state.report(
      "names/unknown",
      { name: parameter.type.text, what: "type", nearest, known: types },
      parameter.type.span,
    );
    return poison;
  }
  const wanted =
    type ??
    likeDefault(parameter.default === undefined ? undefined : evaluate(parameter.default, scope, state));
  if (wanted === undefined || wanted.fits(value)) return value;
  state.report(
    "values/wrong-kind",
    {
      what: `${parameter.name.text} of ${owner}`,
      wanted: wanted.wanted,
      found: describeValue(value),
      nearest: undefined,
    },
    argument.value.span,
    { related: [{ span: parameter.span, message: "declared here" }] },
  );
  return poison;
}

/** A number's place takes a number (or a list, for its length), a flag's true or false. A word's takes anything an operation may take there. */
function likeDefault(
  value: Value | undefined,
): { readonly wanted: string; readonly fits: (value: Value) => boolean } | undefined {
  if (value?.kind === "number") return declaredTypes.number;
  if (value?.kind === "boolean") return declaredTypes.flag;
  return undefined;
}
