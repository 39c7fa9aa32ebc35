/** Shares of the pairs that are set aside: for validation, and for the test. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import type { Parameter, SettingsOf } from "../definition/definition.ts";
import { boundValue, optionalCount, optionalNumber, parameter } from "../definition/parameters.ts";

/** A fraction of all pairs, 0 … 1, drawn with its own seed: runs with other training seeds have the same split. */
export interface SplitShare {
  readonly kind: "share";
  readonly share: number;
  readonly seed: number;
}

/** Pairs of their own: those of a list in a file, or of a set that the data names. */
export interface SplitName {
  readonly kind: "list" | "set";
  readonly path: string;
}

export const usualShare: SplitShare = { kind: "share", share: 0.2, seed: 1 };

export const shareType = {
  kind: "number",
  least: 0,
  below: 1,
  wanted: "a fraction below 1 such as 20%",
} as const;

export const validate = optionalNumber(
  shareType,
  "Fraction of the pairs that is used for validation.",
  "20%",
);
export const validateSeed = optionalCount(
  { kind: "count", least: 0 },
  "Seed that draws the fraction; the training seed does not change it.",
  String(usualShare.seed),
);
export const test = optionalNumber(
  shareType,
  "Fraction of the pairs that neither training nor validation reads; drawn first.",
  "0",
);
export const testSeed = optionalCount(
  { kind: "count", least: 0 },
  "Seed that draws the test pairs.",
  String(usualShare.seed),
);

export function shareOf(share: number | undefined, seed: number | undefined): SplitShare {
  return { kind: "share", share: share ?? usualShare.share, seed: seed ?? usualShare.seed };
}

/** `undefined`: no pair is set aside. */
export function testShareOf(share: number | undefined, seed: number | undefined): SplitShare | undefined {
  return share === undefined || share === 0 ? undefined : shareOf(share, seed);
}

/** Whether pairs are left for training; a refusal names the test's. */
export function checkShares(
  validation: { readonly kind: string } | SplitShare,
  held: { readonly kind: string } | SplitShare | undefined,
): Refusal | undefined {
  const validating = "share" in validation ? validation.share : 0;
  const testing = held !== undefined && "share" in held ? held.share : 0;
  if (testing === 0 || validating + testing < 1) return undefined;
  const wanted = "so small that pairs are left for training beside those of validate";
  return refuse("training/wrong-value", { what: "test", wanted, found: "a number" }, "test");
}

/** @param example of a name */
export function shareOrName(
  kind: SplitName["kind"],
  example: string,
  summary: string,
  otherwise: string,
): Parameter<number | string | undefined> {
  const wanted = `a fraction such as 20% or a ${kind} such as "${example}"`;
  return parameter(
    { kind: "either", types: [shareType, { kind: "text", example }], wanted },
    summary,
    otherwise,
    (bound) => boundValue(bound, "number") ?? boundValue(bound, "text"),
  );
}

export function splitOf<S>(
  part: string,
  kind: SplitName["kind"],
  given: number | string | undefined,
  seed: number | undefined,
  otherwise: (share: number | undefined, seed: number | undefined) => S,
): S | SplitName | Refusal {
  if (typeof given !== "string") return otherwise(given, seed);
  if (seed === undefined) return { kind, path: given };
  const wanted = `removed where ${part} is a ${kind}`;
  return refuse("training/wrong-value", { what: `${part}_seed`, wanted, found: "a number" }, `${part}_seed`);
}

/** The parameters of data that comes in named sets. */
export const setParameters = {
  validate: shareOrName(
    "set",
    "val",
    "The set that is used for validation, or a fraction of the training pairs.",
    '"val"',
  ),
  validateSeed,
  test: shareOrName(
    "set",
    "test",
    "The set that neither training nor validation reads, or a fraction of the training pairs.",
    "none",
  ),
  testSeed,
};

export interface SetsSettings {
  readonly validation: SplitShare | SplitName;
  /** `undefined`: no pair is set aside for the test. */
  readonly test?: SplitShare | SplitName | undefined;
}

/** Validation is the set "val" where nothing else is said. */
export function setsOf(given: SettingsOf<typeof setParameters>): SetsSettings | Refusal {
  const { validate: part = given.validateSeed === undefined ? "val" : undefined } = given;
  const validation = splitOf("validate", "set", part, given.validateSeed, shareOf);
  if (validation instanceof Refusal) return validation;
  const held = splitOf("test", "set", given.test, given.testSeed, testShareOf);
  if (held instanceof Refusal) return held;
  return checkShares(validation, held) ?? { validation, test: held };
}
