/** The parameters of a block or a network: given arguments, then defaults, in a new scope. */
import type { Parameter } from "../../../grammar/ast.ts";
import type { Argument } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { nearestName } from "../../nearest.ts";
import { evaluate } from "../expressions/evaluate.ts";
import { Scope } from "../names/scope.ts";
import { asNumber, describeValue, poison, type Value } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { bindName } from "./bind-name.ts";

export interface Parametrised {
  readonly kind: "block" | "network";
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

interface DeclaredType {
  readonly wanted: string;
  readonly fits: (value: Value) => boolean;
}

/** Types a parameter may declare (`channels: count`), and the test for each. */
const declaredTypes: Readonly<Record<string, DeclaredType>> = {
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

/** `undefined` when an argument is missing, unknown or of the wrong kind, which is reported. */
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
  const arguments_ = new Map<string, Given>();
  let sound = true;
  let crowded = false;
  for (const argument of given) {
    const value = evaluate(argument.value, callScope, state);
    const open = owner.parameters.filter(
      ({ name: { text } }) => !arguments_.has(text) && !given.some((other) => other.name?.text === text),
    );
    const next = open.find((parameter) => takes(parameter, value)) ?? open[0];
    const name = argument.name?.text ?? next?.name.text;
    if (name === undefined) {
      if (!crowded)
        state.report(
          "names/too-many-arguments",
          { owner: called, found: describeValue(value), known },
          argument.span,
        );
      crowded = true;
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
    const byDefault = parameter.default === undefined ? undefined : evaluate(parameter.default, scope, state);
    if (entry === undefined && byDefault === undefined && sound)
      state.report(
        "names/argument-needed",
        { owner: called, parameter: name, summary: undefined },
        callSpan,
        {
          related: [{ span: parameter.span, message: "this parameter has no default" }],
        },
      );
    const value = fitting(parameter, byDefault, entry, called, state);
    if (value.kind === "poison") sound = false;
    const span = entry?.argument.span ?? parameter.span;
    bindName(name, value, { span, definition: parameter.name.span, kind: "parameter" }, scope, state);
  }
  return sound ? scope : undefined;
}

/** Whether an argument without a name may be this parameter's: one that has a default is left out by an argument of another type. */
function takes({ type, default: byDefault }: Parameter, value: Value): boolean {
  if (byDefault === undefined || type === undefined || value.kind === "poison") return true;
  const { text } = type;
  return !Object.hasOwn(declaredTypes, text) || declaredTypes[text]?.fits(value) === true;
}

interface Given {
  readonly argument: Argument;
  readonly value: Value;
}

/** The argument, or else the default, when it has the declared type, or the kind of the default where no type is declared. */
function fitting(
  parameter: Parameter,
  byDefault: Value | undefined,
  given: Given | undefined,
  owner: string,
  state: Elaboration,
): Value {
  const declared = declaredType(parameter, state);
  if (declared === "unknown") return poison;
  const value = given?.value ?? byDefault ?? poison;
  const wanted = declared ?? likeDefault(byDefault);
  if (value.kind === "poison" || wanted === undefined || wanted.fits(value)) return value;
  const at = given?.argument.value ?? parameter.default;
  state.report(
    "values/wrong-kind",
    {
      what: `\`${parameter.name.text}\` of ${owner}`,
      wanted: wanted.wanted,
      found: describeValue(value),
      nearest: undefined,
    },
    at?.span ?? parameter.span,
    given === undefined ? {} : { related: [{ span: parameter.span, message: "declared here" }] },
  );
  return poison;
}

/** `undefined` when none is declared; "unknown" when there is no such type, which is reported. */
function declaredType(parameter: Parameter, state: Elaboration): DeclaredType | undefined | "unknown" {
  if (parameter.type === undefined) return undefined;
  const { text: name, span } = parameter.type;
  const type = Object.hasOwn(declaredTypes, name) ? declaredTypes[name] : undefined;
  if (type !== undefined) return type;
  const known = Object.keys(declaredTypes);
  state.report("names/unknown", { name, what: "type", nearest: nearestName(name, known), known }, span);
  return "unknown";
}

/** Where the default is a number, a number (or a list, for its length) fits; where it is a flag, true or false. Where it is a word, any value fits. */
function likeDefault(value: Value | undefined): DeclaredType | undefined {
  if (value?.kind === "number") return declaredTypes.number;
  if (value?.kind === "boolean") return declaredTypes.flag;
  return undefined;
}
