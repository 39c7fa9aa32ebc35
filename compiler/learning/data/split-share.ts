/** Shares of the pairs that are set aside: for validation, and for the test. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import { optionalCount, optionalNumber } from "../definition/parameters.ts";

/** A fraction of all pairs, 0 … 1, drawn with its own seed: runs with other training seeds have the same split. */
export interface SplitShare {
  readonly kind: "share";
  readonly share: number;
  readonly seed: number;
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
