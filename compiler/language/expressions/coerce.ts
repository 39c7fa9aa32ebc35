/** Converts a value of the language to the type of a parameter. */

import type { Initialisation } from "../../ops/operation.ts";
import type { BoundValue, ParameterType } from "../../ops/word.ts";
import type { Value } from "../names/value.ts";
import { asNumber } from "../names/value.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { mapFacts } from "../state/map-facts.ts";

const plainInitialisations: Readonly<Record<string, Initialisation>> = {
  he: { kind: "he" },
  xavier: { kind: "xavier" },
  zeros: { kind: "constant", value: 0 },
  ones: { kind: "constant", value: 1 },
  bilinear: { kind: "bilinear" },
  identity: { kind: "identity", maps: undefined, deviation: 0 },
};

/** `undefined` when the value does not fit. */
export function coerce(value: Value, type: ParameterType, state: Elaboration): BoundValue | undefined {
  switch (type.kind) {
    case "count": {
      const count = asNumber(value);
      return count !== undefined && Number.isSafeInteger(count) && count >= type.least
        ? { kind: "count", value: count }
        : undefined;
    }
    case "extent": {
      const pair =
        value.kind === "extent"
          ? value.value
          : value.kind === "number"
            ? ([value.value, value.value] as const)
            : undefined;
      return pair?.every((cells) => Number.isSafeInteger(cells) && cells >= type.least)
        ? { kind: "extent", value: pair }
        : undefined;
    }
    case "number":
      return value.kind === "number" &&
        value.value >= (type.least ?? -Infinity) &&
        value.value <= (type.most ?? Infinity)
        ? { kind: "number", value: value.value }
        : undefined;
    case "choice":
      return value.kind === "word" && type.words.includes(value.value)
        ? { kind: "choice", value: value.value }
        : undefined;
    case "flag":
      return value.kind === "boolean" ? { kind: "flag", value: value.value } : undefined;
    case "map":
      return value.kind === "map" ? { kind: "map", value: mapFacts(value, state) } : undefined;
    case "initialisation": {
      const initialisation = asInitialisation(value);
      return initialisation === undefined ? undefined : { kind: "initialisation", value: initialisation };
    }
    case "either":
      for (const option of type.types) {
        const bound = coerce(value, option, state);
        if (bound !== undefined) return bound;
      }
      return undefined;
  }
}

function asInitialisation(value: Value): Initialisation | undefined {
  if (value.kind === "word" && Object.hasOwn(plainInitialisations, value.value))
    return plainInitialisations[value.value];
  if (value.kind !== "form") return undefined;
  const [first, second, ...more] = value.items;
  if (first?.kind === "number" && value.name === "identity" && more.length === 0)
    return sharedIdentity(first.value, second === undefined ? 0 : asNumber(second));
  if (first?.kind !== "number" || second !== undefined) return undefined;
  if (value.name === "normal" && first.value > 0) return { kind: "normal", deviation: first.value };
  if (value.name === "constant") return { kind: "constant", value: first.value };
  return undefined;
}

function sharedIdentity(maps: number, deviation: number | undefined): Initialisation | undefined {
  if (!Number.isSafeInteger(maps) || maps < 1 || deviation === undefined || deviation < 0) return undefined;
  return { kind: "identity", maps, deviation };
}

/** The bare words that a type accepts. */
export function wordsOf(type: ParameterType): readonly string[] {
  if (type.kind === "choice") return type.words;
  if (type.kind === "initialisation") return Object.keys(plainInitialisations);
  if (type.kind === "either") return type.types.flatMap(wordsOf);
  return [];
}

/** For "must be …". */
export function describeType(type: ParameterType): string {
  switch (type.kind) {
    case "count":
      return `a whole number ≥ ${type.least}`;
    case "extent":
      return `a size such as 3x3, or one whole number ≥ ${type.least}`;
    case "number":
      return type.least !== undefined && type.most !== undefined
        ? `a number from ${type.least} to ${type.most}`
        : type.least !== undefined
          ? `a number ≥ ${type.least}`
          : type.most !== undefined
            ? `a number ≤ ${type.most}`
            : "a number";
    case "choice":
      return type.words.length === 1 ? `${type.words[0]}` : `one of ${type.words.join(", ")}`;
    case "flag":
      return "true or false";
    case "map":
      return "a feature map";
    case "initialisation":
      return `one of ${wordsOf(type).join(", ")}, identity(maps, deviation), normal(deviation) or constant(value)`;
    case "either":
      return type.types
        .map((each) => (each.kind === "choice" ? each.words.join(", ") : describeType(each)))
        .join(", ");
  }
}
