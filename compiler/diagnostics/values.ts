/** Messages about expressions whose value has the wrong kind or is out of range. */
import { numberText } from "./number-text.ts";
import type { Wording } from "./wording.ts";

export const values = {
  "values/wrong-kind": (facts: {
    /** "channels of conv", "the condition of if" */
    readonly what: string;
    /** "a whole number ≥ 1" */
    readonly wanted: string;
    /** "the word \"sme\"" */
    readonly found: string;
    readonly nearest: string | undefined;
    /** How to write what the user meant. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `${facts.what} must be ${facts.wanted}, not ${facts.found}`,
    ...(facts.instead !== undefined
      ? { help: facts.instead }
      : facts.nearest === undefined
        ? {}
        : { help: `did you mean "${facts.nearest}"?` }),
  }),
  "values/setting": (facts: { readonly name: string; readonly value: string }): Wording => ({
    message: `${facts.name} has ${facts.value === "``" ? "no value" : `the value ${facts.value}, which cannot be read`}`,
    help: "expected one value: a number (8), a word (valid), a size (3x3), true or false, or a list ([sky, road])",
  }),
  "values/named-item": (facts: { readonly name: string }): Wording => ({
    message: `the items of this list cannot have names, and one is named "${facts.name}"`,
    help: "write only the values, as in [sky, road]; mask values are assigned to classes in the train section",
  }),
  "values/function-arguments": (facts: {
    readonly name: string;
    readonly wanted: string;
    readonly found: number;
  }): Wording => ({
    message: `${facts.name} takes ${facts.wanted}, not ${facts.found}`,
  }),
  "values/division-by-zero": (facts: { readonly left: string }): Wording => ({
    message: `${facts.left} is divided by zero`,
    help: "in a loop, start the range at 1, or handle zero separately: if n == 0 { … } else { … }",
  }),
  /** No operator: the number as it is written. */
  "values/not-finite": (facts: { readonly operator: string | undefined }): Wording =>
    facts.operator === undefined
      ? { message: "this number is past the largest that can be computed with, 1.79e308" }
      : {
          message: `the result of ${facts.operator} is not a finite number`,
          help: "look for an exponent or a product that becomes too large",
        },
  "values/no-stride": (facts: {
    readonly called: string;
    /** `undefined`: it is one position for the whole input. */
    readonly reason: string | undefined;
  }): Wording => ({
    message: `${facts.called} has no stride: ${facts.reason ?? "it is one position for the whole input"}`,
    help: "take the stride of a feature map before it, named by `as`",
  }),
  "values/too-long": (facts: { readonly length: number; readonly limit: number }): Wording => ({
    message: `this range has ${numberText(facts.length)} numbers; the limit is ${facts.limit}`,
    help: "check its bounds",
  }),
};
