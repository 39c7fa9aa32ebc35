/** The parameters words share, and reading the arguments bound to them. */
import type { PerAxis } from "../axis.ts";
import { divisors, gcd } from "../sizes/integers.ts";
import type { Initialisation } from "./operation.ts";
import type { BoundValue, Call, ParameterSpecification, ParameterType } from "./word.ts";

/** The value of each kind of argument. */
type ValueOf = { readonly [B in BoundValue as B["kind"]]: B["value"] };

/** The value bound to a parameter, if it is of that kind; `undefined` when left out or of another kind. */
export function argumentOf<K extends BoundValue["kind"]>(
  call: Call,
  name: string,
  kind: K,
): ValueOf[K] | undefined {
  const bound = call.arguments.get(name);
  // The kind was compared; TypeScript does not narrow a union by a generic tag.
  return bound?.kind === kind ? (bound.value as ValueOf[K]) : undefined;
}

/** As argumentOf, for a parameter that is marked required. @throws Error when it was not bound: a fault of the caller. */
export function requiredArgument<K extends BoundValue["kind"]>(
  call: Call,
  name: string,
  kind: K,
): ValueOf[K] {
  const value = argumentOf(call, name, kind);
  if (value === undefined) throw new Error(`the required argument "${name}" is not bound`);
  return value;
}

/** It may be given without its name, and is required. */
export function required(name: string, type: ParameterType, summary: string): ParameterSpecification {
  return { name, type, summary, positional: true, required: true, default: undefined };
}

/** It may be given without its name, and is optional. */
export function positional(
  name: string,
  type: ParameterType,
  summary: string,
  otherwise: string | undefined,
): ParameterSpecification {
  return { name, type, summary, positional: true, required: false, default: otherwise };
}

/** Stands with its name, and may be left out. */
export function named(
  name: string,
  type: ParameterType,
  summary: string,
  otherwise: string | undefined,
): ParameterSpecification {
  return { name, type, summary, positional: false, required: false, default: otherwise };
}

export const count: ParameterType = { kind: "count", least: 1 };
export const extent: ParameterType = { kind: "extent", least: 1 };
export const flag: ParameterType = { kind: "flag" };
export const paddingType: ParameterType = {
  kind: "either",
  types: [
    { kind: "choice", words: ["same", "valid"] },
    { kind: "extent", least: 0 },
  ],
};

const initialisation: ParameterType = { kind: "initialisation" };

/** What every layer with a kernel of weights takes. */
export const weightParameters: readonly ParameterSpecification[] = [
  named(
    "groups",
    count,
    "Groups of channels that are convolved separately; must divide both channel counts.",
    "1",
  ),
  named("bias", flag, "Add one learned number per channel.", "true"),
  named("init", initialisation, "Initial values of the weights; biases are initialised to zero.", "he"),
  named("frozen", flag, "Training leaves the weights as they are.", "false"),
];

export interface WeightArguments {
  readonly groups: number;
  readonly bias: boolean;
  readonly init: Initialisation;
  readonly frozen: boolean;
}

export function weightArguments(call: Call): WeightArguments {
  return {
    groups: argumentOf(call, "groups", "count") ?? 1,
    bias: argumentOf(call, "bias", "flag") ?? true,
    init: argumentOf(call, "init", "initialisation") ?? { kind: "he" },
    frozen: argumentOf(call, "frozen", "flag") ?? false,
  };
}

export const one: PerAxis<number> = [1, 1];

/** The numbers of groups that divide both channel counts. */
export function possibleGroups(input: number, output: number): readonly number[] {
  return divisors(gcd(input, output));
}
