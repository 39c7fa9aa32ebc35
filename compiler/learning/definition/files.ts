/** Files of a target's or an input's own, paired with the images by what the stars of their patterns match. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import type { Parameter } from "./definition.ts";
import { optionalText, positional } from "./parameters.ts";

/** Patterns relative to the data folder. */
export interface FilePatterns {
  readonly files: string;
  /** `undefined`: validation files are among `files`. */
  readonly validation: string | undefined;
  /** `undefined`: test files are among `files`. */
  readonly test?: string | undefined;
}

/** The files of its own, or those that `data` names. */
export type FilesRead = FilePatterns | "images" | "labels";

export const patternParameters: {
  readonly files: Parameter<string | undefined>;
  readonly validate: Parameter<string | undefined>;
  readonly test: Parameter<string | undefined>;
} = {
  files: positional(
    optionalText(
      "depth/*.png",
      "The pattern of its files, paired with the images by their stars.",
      "the files of `data`",
    ),
  ),
  validate: optionalText("depth/val/*.png", "The pattern of its validation files.", "split like the images"),
  test: optionalText("depth/test/*.png", "The pattern of its test files.", "split like the images"),
};

interface GivenPatterns {
  readonly files: string | undefined;
  readonly validate: string | undefined;
  readonly test: string | undefined;
}

/** @param name of the target or input, for the message */
export function patternsOf(name: string, given: GivenPatterns): FilePatterns | undefined | Refusal {
  const { files, validate, test } = given;
  if (files !== undefined) return { files, validation: validate, test };
  const needless = (["validate", "test"] as const).find((part) => given[part] !== undefined);
  if (needless === undefined) return undefined;
  const facts = {
    what: `${needless} of ${name}`,
    wanted: "removed where no files are given",
    found: "a pattern",
  };
  return refuse("training/wrong-value", facts, needless);
}
