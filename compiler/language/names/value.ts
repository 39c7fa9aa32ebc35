/** Values of expressions during elaboration. */
import type { Span } from "../../../grammar/span.ts";
import type { PerAxis } from "../../axis.ts";
import { describeNumber } from "../../diagnostics/number-text.ts";

export type Value =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "extent"; readonly value: PerAxis<number> }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** A bare word that is not bound, `valid`, `learned`, and where it was written: a block may use it elsewhere. */
  | { readonly kind: "word"; readonly value: string; readonly at?: Span }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  /** A word with arguments: `normal(0.01)`. */
  | { readonly kind: "form"; readonly name: string; readonly items: readonly Value[] }
  | MapValue
  | Family
  | Poison;

/** Feature maps with indices: `level` after `… as level[0]`. */
export interface Family {
  readonly kind: "family";
  readonly name: string;
  /** By their indices, "0" or "0,2". */
  readonly entries: ReadonlyMap<string, FamilyEntry>;
}

export interface FamilyEntry {
  readonly value: MapValue | Poison;
  /** Where it was bound. */
  readonly span: Span;
  /** The name there, without its indices. */
  readonly definition: Span;
}

/** A feature map; `members` are the feature maps named inside the block or encoder it comes from. */
export interface MapValue {
  readonly kind: "map";
  readonly node: number;
  /** Its name in messages. */
  readonly called: string;
  readonly span: Span;
  readonly members: Members | undefined;
  /** Range of the nodes that the call or section created, whose weights can be shared; the end is exclusive. */
  readonly made?: readonly [from: number, to: number];
}

/** The names bound inside a block call or an encoder. */
export interface Members {
  readonly own: (name: string) => { readonly value: Value; readonly definition: Span } | undefined;
  readonly ownNames: () => Iterable<string>;
}

/** A value whose error was already reported; rules that receive it report nothing. */
export interface Poison {
  readonly kind: "poison";
}

export const poison: Poison = { kind: "poison" };

/** The value as the language writes it. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case "number":
      return printNumber(value.value);
    case "boolean":
      return String(value.value);
    case "extent":
      return `${value.value[0]}x${value.value[1]}`;
    case "text":
      return JSON.stringify(value.value);
    case "word":
      return value.value;
    case "list":
      return `[${value.items.map(printValue).join(", ")}]`;
    case "form":
      return `${value.name}(${value.items.map(printValue).join(", ")})`;
    case "map":
      return value.called;
    case "family":
      return value.name;
    case "poison":
      return "?";
  }
}

/** Numbers beyond 2^53 are written with an exponent, because their digits are not exact. */
function printNumber(value: number): string {
  const exact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return exact ? String(value) : value.toExponential().replace("+", "");
}

const unfoldedLengths = new WeakMap<Value, number>();

/** Number of values when nested lists are written out: a list that contains another one twice counts it twice. */
export function unfoldedLength(value: Value): number {
  if (value.kind !== "list" && value.kind !== "form") return 1;
  const known = unfoldedLengths.get(value);
  if (known !== undefined) return known;
  const length = value.items.reduce((sum, item) => sum + unfoldedLength(item), 1);
  unfoldedLengths.set(value, length);
  return length;
}

/** The value for "must be …, not …". */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case "number":
      return describeNumber(value.value);
    case "extent":
      return `the size ${printValue(value)}`;
    case "text":
      return `the string ${printValue(value)}`;
    case "boolean":
      return String(value.value);
    case "word":
      return `the word "${value.value}"`;
    case "list":
      return `a list of ${value.items.length} ${value.items.length === 1 ? "item" : "items"}`;
    case "form":
      return printValue(value);
    case "map":
      // "the feature map after conv" has no name.
      return value.called.startsWith("the ") ? value.called : `the feature map ${value.called}`;
    case "family":
      return `the feature maps ${value.name}[…]`;
    case "poison":
      return "an error";
  }
}

/** A number, where a list of class names counts as its length; otherwise undefined. */
export function asNumber(value: Value): number | undefined {
  if (value.kind === "number") return value.value;
  if (value.kind === "list") return value.items.length;
  return undefined;
}
