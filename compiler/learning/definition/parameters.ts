/** Parameters of the words of a `train` section, each with the type of its setting. */
import { numberText } from "../../diagnostics/number-text.ts";
import type { BoundValue, ParameterType } from "../../ops/word.ts";
import type { Parameter } from "./definition.ts";

type ValueOf = { readonly [B in BoundValue as B["kind"]]: B["value"] };
type TypeOf<K extends ParameterType["kind"]> = Extract<ParameterType, { kind: K }>;

/** Types that several words share. */
export const positive = { kind: "number", above: 0 } as const satisfies TypeOf<"number">;
export const notNegative = { kind: "number", least: 0 } as const satisfies TypeOf<"number">;
/** Momentum and decay rates. */
export const belowOne = { kind: "number", least: 0, below: 1 } as const satisfies TypeOf<"number">;
export const unitInterval = { kind: "number", least: 0, most: 1 } as const satisfies TypeOf<"number">;
export const positiveUnit = { kind: "number", above: 0, most: 1 } as const satisfies TypeOf<"number">;
export const notNegativeCount = { kind: "count", least: 0 } as const satisfies TypeOf<"count">;
export const counting = { kind: "count", least: 1 } as const satisfies TypeOf<"count">;

/** The value bound to a parameter, if it is of that kind. */
export function boundValue<K extends BoundValue["kind"]>(
  bound: BoundValue | undefined,
  kind: K,
): ValueOf[K] | undefined {
  // The kind was compared; TypeScript does not narrow a union by a generic tag.
  return bound?.kind === kind ? (bound.value as ValueOf[K]) : undefined;
}

function optional<T>(
  type: ParameterType,
  summary: string,
  otherwise: string | undefined,
  settingOf: (bound: BoundValue | undefined) => T,
): Parameter<T> {
  return { type, summary, positional: false, required: false, default: otherwise, settingOf };
}

/** It may be given without its name. */
export function positional<T>(parameter: Parameter<T>): Parameter<T> {
  return { ...parameter, positional: true };
}

/** It must be given. */
export function required<T>(parameter: Parameter<T | undefined>): Parameter<T> {
  const settingOf = (bound: BoundValue | undefined): T => {
    const value = parameter.settingOf(bound);
    if (value === undefined) throw new Error("a required argument is not bound");
    return value;
  };
  return { ...parameter, required: true, default: undefined, settingOf };
}

export function number(type: TypeOf<"number">, summary: string, otherwise: number): Parameter<number> {
  return optional(type, summary, numberText(otherwise), (bound) => boundValue(bound, "number") ?? otherwise);
}

/** @param otherwise what holds where it is left out, for the documentation */
export function optionalNumber(
  type: TypeOf<"number">,
  summary: string,
  otherwise: string,
): Parameter<number | undefined> {
  return optional(type, summary, otherwise, (bound) => boundValue(bound, "number"));
}

export function count(type: TypeOf<"count">, summary: string, otherwise: number): Parameter<number> {
  return optional(type, summary, numberText(otherwise), (bound) => boundValue(bound, "count") ?? otherwise);
}

export function optionalCount(
  type: TypeOf<"count">,
  summary: string,
  otherwise: string,
): Parameter<number | undefined> {
  return optional(type, summary, otherwise, (bound) => boundValue(bound, "count"));
}

export function flag(summary: string): Parameter<boolean> {
  return optional({ kind: "flag" }, summary, "false", (bound) => boundValue(bound, "flag") ?? false);
}

export function choice<const W extends string>(
  words: readonly W[],
  summary: string,
  otherwise: NoInfer<W>,
): Parameter<W> {
  return optional({ kind: "choice", words }, summary, otherwise, (bound) => {
    const word = boundValue(bound, "choice");
    return words.find((known) => known === word) ?? otherwise;
  });
}

export function optionalText(
  example: string,
  summary: string,
  otherwise: string,
): Parameter<string | undefined> {
  return optional({ kind: "text", example }, summary, otherwise, (bound) => boundValue(bound, "text"));
}

/** It must be given, and may be given without its name. */
export function requiredNumber(type: TypeOf<"number">, summary: string): Parameter<number> {
  return required(positional(optional(type, summary, undefined, (bound) => boundValue(bound, "number"))));
}

/** It must be given. */
export function requiredCount(type: TypeOf<"count">, summary: string): Parameter<number> {
  return required(optional(type, summary, undefined, (bound) => boundValue(bound, "count")));
}

/** As `requiredNumber`: `0.8 .. 1.25`. */
export function requiredRange(
  type: TypeOf<"range">,
  summary: string,
): Parameter<readonly [least: number, most: number]> {
  return required(positional(optional(type, summary, undefined, (bound) => boundValue(bound, "range"))));
}

/** As `requiredNumber`: `"data/membrane"`. */
export function requiredText(example: string, summary: string): Parameter<string> {
  return required(
    positional(optional({ kind: "text", example }, summary, undefined, (bound) => boundValue(bound, "text"))),
  );
}

/** A parameter of any type, whose setting is read from what is bound. */
export function parameter<T>(
  type: ParameterType,
  summary: string,
  otherwise: string,
  settingOf: (bound: BoundValue | undefined) => T,
): Parameter<T> {
  return optional(type, summary, otherwise, settingOf);
}
