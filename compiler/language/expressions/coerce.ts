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

/** A value of a network's body; `undefined` when it does not fit. */
export function coerce(value: Value, type: ParameterType, state: Elaboration): BoundValue | undefined {
  if (type.kind === "map")
    return value.kind === "map" ? { kind: "map", value: mapFacts(value, state) } : undefined;
  if (type.kind !== "either") return coerceConstant(value, type);
  for (const option of type.types) {
    const bound = coerce(value, option, state);
    if (bound !== undefined) return bound;
  }
  return undefined;
}

/** A value that depends on no network; `undefined` when it does not fit. */
export function coerceConstant(value: Value, type: ParameterType): BoundValue | undefined {
  switch (type.kind) {
    case "count": {
      const count = asNumber(value);
      return count !== undefined && isCount(count, type.least, type.most)
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
        value.value <= (type.most ?? Infinity) &&
        value.value > (type.above ?? -Infinity) &&
        value.value < (type.below ?? Infinity)
        ? { kind: "number", value: value.value }
        : undefined;
    case "choice":
      return value.kind === "word" && type.words.includes(value.value)
        ? { kind: "choice", value: value.value }
        : undefined;
    case "flag":
      return value.kind === "boolean" ? { kind: "flag", value: value.value } : undefined;
    case "text":
      return value.kind === "text" && value.value !== "" ? { kind: "text", value: value.value } : undefined;
    case "counts": {
      const counts = value.kind === "list" ? value.items.map(asNumber) : [];
      const found = counts
        .filter((count) => count !== undefined)
        .filter((count) => isCount(count, type.least));
      const ascending = found.every((count, i) => i === 0 || count > (found[i - 1] ?? Infinity));
      return counts.length > 0 && found.length === counts.length && ascending
        ? { kind: "counts", value: found }
        : undefined;
    }
    case "initialisation": {
      const initialisation = asInitialisation(value);
      return initialisation === undefined ? undefined : { kind: "initialisation", value: initialisation };
    }
    case "either":
      for (const option of type.types) {
        const bound = coerceConstant(value, option);
        if (bound !== undefined) return bound;
      }
      return undefined;
    // of a network, or of the classes and ranges of a train section (learning/section/argument-language.ts)
    case "map":
    case "range":
    case "class_weights":
      return undefined;
  }
}

function isCount(value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
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
      return type.most === undefined
        ? `a whole number ≥ ${type.least}`
        : `a whole number from ${type.least} to ${type.most}`;
    case "extent":
      return `a size such as 3x3, or one whole number ≥ ${type.least}`;
    case "number":
      return type.wanted ?? describeBounds(type);
    case "text":
      return `a string such as ${JSON.stringify(type.example)}`;
    case "range":
      return `a range such as 0.5 .. 1.5, from a number greater than ${type.above} to one that is not less${type.most === undefined ? "" : ` and at most ${type.most}`}`;
    case "counts":
      return `a list of whole numbers ≥ ${type.least} in ascending order, such as [30, 60]`;
    case "class_weights":
      return "a list with a number ≥ 0 for each class";
    case "choice":
      return type.words.length === 1 ? `${type.words[0]}` : `one of ${type.words.join(", ")}`;
    case "flag":
      return "true or false";
    case "map":
      return "a feature map";
    case "initialisation":
      return `one of ${wordsOf(type).join(", ")}, identity(maps, deviation), normal(deviation) or constant(value)`;
    case "either":
      if (type.wanted !== undefined) return type.wanted;
      return type.types
        .map((each) => (each.kind === "choice" ? each.words.join(", ") : describeType(each)))
        .join(", ");
  }
}

function describeBounds({
  least,
  most,
  above,
  below,
}: Omit<Extract<ParameterType, { kind: "number" }>, "kind">): string {
  if (least !== undefined && most !== undefined) return `a number from ${least} to ${most}`;
  if (least !== undefined && below !== undefined) return `a number from ${least} to less than ${below}`;
  if (above !== undefined && most !== undefined) return `a number above ${above} and up to ${most}`;
  if (above !== undefined) return `a number greater than ${above}`;
  if (least !== undefined) return `a number ≥ ${least}`;
  return most === undefined ? "a number" : `a number ≤ ${most}`;
}
