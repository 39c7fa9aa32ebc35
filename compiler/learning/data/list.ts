/** Pairs of an image and a label image, listed in a file. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { boundValue, parameter, requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import { shareOf, shareType, type ValidationShare, validateSeed } from "./validation-share.ts";

export interface ListSettings {
  readonly path: string;
  readonly validation: ValidationShare | { readonly kind: "list"; readonly path: string };
}

export const list = dataFormat(
  defineAs({
    name: "list",
    summary: "A file with an image and its label image on each line, relative to the file.",
    parameters: {
      path: requiredText("train.txt", "The list, with a pair of paths on each line."),
      validate: parameter(
        {
          kind: "either",
          types: [shareType, { kind: "text", example: "val.txt" }],
          wanted: 'a fraction such as 20% or a list such as "val.txt"',
        },
        "Fraction of the pairs that is used for validation, or a list of their own.",
        "20%",
        (bound): number | string | undefined => boundValue(bound, "number") ?? boundValue(bound, "text"),
      ),
      validateSeed,
    },
    configure: ({ path, validate, validateSeed: seed }): ListSettings | Refusal => {
      if (typeof validate !== "string") return { path, validation: shareOf(validate, seed) };
      if (seed === undefined) return { path, validation: { kind: "list", path: validate } };
      return refuse(
        "training/wrong-value",
        { what: "validate_seed", wanted: "removed where validate is a list", found: "a number" },
        "validate_seed",
      );
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: false,
    separatesValidation: ({ validation }) => validation.kind === "list",
  },
);
