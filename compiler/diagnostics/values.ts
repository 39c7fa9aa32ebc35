/** Words for expressions whose value is of the wrong kind or out of range. */
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
    /** How what was meant is written. */
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
    message: `${facts.name} is given ${facts.value === "``" ? "no value" : `${facts.value}, which is no value of the language`}`,
    help: "one value: a number (8), a word (valid), a size (3x3), true or false, a list ([sky, road])",
  }),
  "values/named-item": (facts: { readonly name: string }): Wording => ({
    message: `the items of this list take no names, and one is called "${facts.name}"`,
    help: "write the values alone, as in [sky, road]; which mask value means which class stands in the train section",
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
    help: "in a loop, begin the range at 1; a case of zero can be a branch of its own: if n == 0 { … } else { … }",
  }),
  /** No operator: the number as it is written. */
  "values/not-finite": (facts: { readonly operator: string | undefined }): Wording =>
    facts.operator === undefined
      ? { message: "this number is past the largest that can be computed with, 1.79e308" }
      : {
          message: `the result of ${facts.operator} is not a finite number`,
          help: "look for an exponent or a product that grows too far",
        },
  "values/too-long": (facts: { readonly length: number; readonly limit: number }): Wording => ({
    message: `this range has ${numberText(facts.length)} numbers; the limit is ${facts.limit}`,
    help: "check its two ends",
  }),
};
