/** A share of the pairs that is validated on. */
import { optionalCount } from "../definition/parameters.ts";

/** A fraction of the pairs, 0 … 1, drawn with its own seed: runs with other training seeds are validated on the same images. */
export interface ValidationShare {
  readonly kind: "share";
  readonly share: number;
  readonly seed: number;
}

export const usualShare: ValidationShare = { kind: "share", share: 0.2, seed: 1 };

export const shareType = {
  kind: "number",
  least: 0,
  below: 1,
  wanted: "a fraction below 1 such as 20%",
} as const;

export const validateSeed = optionalCount(
  { kind: "count", least: 0 },
  "Seed that draws the fraction; the training seed does not change it.",
  String(usualShare.seed),
);

export function shareOf(share: number | undefined, seed: number | undefined): ValidationShare {
  return { kind: "share", share: share ?? usualShare.share, seed: seed ?? usualShare.seed };
}
