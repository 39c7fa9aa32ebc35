/** Losses of heat maps, from logits. */
import type { LossFormula } from "./formula.ts";
import { softplus } from "./probabilities.ts";

/** Larger values are 1, the centre itself, in float32 too: the widest Gaussian is 5e-7 below it one pixel away. */
export const atCentre = 1 - 1e-7;

/** Keeps the logarithm of 1 − t finite. */
const least = 1e-30;

/**
 * −(1 − p)^α log p at a centre, −(1 − t)^β p^α log(1 − p) elsewhere (Law & Deng 2018, equation 1); log p is −softplus(−z), and
 * log(1 − p) is −softplus(z).
 */
export const gaussianFocal: LossFormula<"gaussian_focal"> = (
  { build, map, target, valid },
  { alpha, beta },
) => {
  const certain = softplus(build, map);
  const doubtful = softplus(build, build.negate(map));
  const missed = build.multiply(build.exp(build.multiply(certain, -alpha)), doubtful);
  const taken = build.multiply(build.exp(build.multiply(doubtful, -alpha)), certain);
  const far = build.log(build.maximum(build.subtract(1, target), least));
  const elsewhere = build.multiply(build.exp(build.multiply(far, beta)), taken);
  const centre = build.compare(target, "greater", atCentre);
  return build.multiply(build.select(centre, missed, elsewhere), valid);
};
