/** Pairs of an image and a label image, listed in a file. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs, type Parameter } from "../definition/definition.ts";
import { boundValue, parameter, requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import {
  checkShares,
  type SplitShare,
  shareOf,
  shareType,
  testSeed,
  testShareOf,
  validateSeed,
} from "./split-share.ts";

/** Pairs of a list of their own. */
export interface SplitList {
  readonly kind: "list";
  readonly path: string;
}

export interface ListSettings {
  readonly path: string;
  readonly validation: SplitShare | SplitList;
  /** `undefined`: no pair is set aside for the test. */
  readonly test?: SplitShare | SplitList | undefined;
}

export const list = dataFormat(
  defineAs({
    name: "list",
    summary: "A file with an image and its label image on each line, relative to the file.",
    parameters: {
      path: requiredText("train.txt", "The list, with a pair of paths on each line."),
      validate: shareOrList(
        "val.txt",
        "Fraction of the pairs that is used for validation, or a list of their own.",
        "20%",
      ),
      validateSeed,
      test: shareOrList(
        "test.txt",
        "Fraction of the pairs that neither training nor validation reads, or a list of their own.",
        "0",
      ),
      testSeed,
    },
    configure: ({ path, ...settings }): ListSettings | Refusal => {
      const validation = splitOf("validate", settings.validate, settings.validateSeed, shareOf);
      if (validation instanceof Refusal) return validation;
      const test = splitOf("test", settings.test, settings.testSeed, testShareOf);
      if (test instanceof Refusal) return test;
      return checkShares(validation, test) ?? { path, validation, test };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: false,
    separates: (settings, part) => settings[part]?.kind === "list",
  },
);

function shareOrList(
  example: string,
  summary: string,
  otherwise: string,
): Parameter<number | string | undefined> {
  const wanted = `a fraction such as 20% or a list such as "${example}"`;
  return parameter(
    { kind: "either", types: [shareType, { kind: "text", example }], wanted },
    summary,
    otherwise,
    (bound) => boundValue(bound, "number") ?? boundValue(bound, "text"),
  );
}

function splitOf<S>(
  part: string,
  given: number | string | undefined,
  seed: number | undefined,
  shareOf: (share: number | undefined, seed: number | undefined) => S,
): S | SplitList | Refusal {
  if (typeof given !== "string") return shareOf(given, seed);
  if (seed === undefined) return { kind: "list", path: given };
  const wanted = `removed where ${part} is a list`;
  return refuse("training/wrong-value", { what: `${part}_seed`, wanted, found: "a number" }, `${part}_seed`);
}
