/** Pairs of an image and a label image, listed in a file. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import {
  checkShares,
  type SplitName,
  type SplitShare,
  shareOf,
  shareOrName,
  splitOf,
  testSeed,
  testShareOf,
  validateSeed,
} from "./split-share.ts";

export interface ListSettings {
  readonly path: string;
  readonly validation: SplitShare | SplitName;
  /** `undefined`: no pair is set aside for the test. */
  readonly test?: SplitShare | SplitName | undefined;
}

export const list = dataFormat(
  defineAs({
    name: "list",
    summary: "A file with an image and its label image on each line, relative to the file.",
    parameters: {
      path: requiredText("train.txt", "The list, with a pair of paths on each line."),
      validate: shareOrName(
        "list",
        "val.txt",
        "Fraction of the pairs that is used for validation, or a list of their own.",
        "20%",
      ),
      validateSeed,
      test: shareOrName(
        "list",
        "test.txt",
        "Fraction of the pairs that neither training nor validation reads, or a list of their own.",
        "0",
      ),
      testSeed,
    },
    configure: ({ path, ...settings }): ListSettings | Refusal => {
      const validation = splitOf("validate", "list", settings.validate, settings.validateSeed, shareOf);
      if (validation instanceof Refusal) return validation;
      const test = splitOf("test", "list", settings.test, settings.testSeed, testShareOf);
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
