/** The raw data sets of nnU-Net: imagesTr, labelsTr and dataset.json. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { count, requiredText } from "../definition/parameters.ts";
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
  validate,
  validateSeed,
} from "./split-share.ts";

export interface NnunetSettings {
  readonly path: string;
  readonly channel: number;
  readonly validation: SplitShare;
  /** `undefined`: no case is set aside for the test. */
  readonly test?: SplitShare | SplitName | undefined;
}

export const nnunet = dataFormat(
  defineAs({
    name: "nnunet",
    summary:
      "A raw data set of nnU-Net, in two dimensions: its cases with the labels that dataset.json names; volumes slice by slice, all of a case in one part.",
    source: "Isensee et al. 2021 (nnU-Net), its data set format, versions 1 and 2",
    parameters: {
      path: requiredText("Dataset001_Cells", "The folder with dataset.json, imagesTr and labelsTr."),
      channel: count(
        { kind: "count", least: 0, most: 9999 },
        "The channel that is the image; others are inputs with files of their own.",
        0,
      ),
      validate,
      validateSeed,
      test: shareOrName(
        "set",
        "Ts",
        'Fraction of the cases, or "Ts" where labelsTs exists, that neither training nor validation reads.',
        "none",
      ),
      testSeed,
    },
    configure: ({ path, channel, ...given }): NnunetSettings | Refusal => {
      const validation = shareOf(given.validate, given.validateSeed);
      const held = splitOf("test", "set", given.test, given.testSeed, testShareOf);
      if (held instanceof Refusal) return held;
      return checkShares(validation, held) ?? { path, channel, validation, test: held };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: true,
    separates: (settings, part) => part === "test" && settings.test?.kind === "set",
  },
);
