/** Which losses a module has: those whose formulas are printed (printed-formula.ts). */
import type { LossName } from "../../../learning/losses/registry.ts";

/** Sorting has no gradient on every backend of TensorFlow.js; distances to objects are computed from label images; formulas are printed without sizes. */
const missing: readonly LossName[] = [
  "border_cross_entropy",
  "lovasz_softmax",
  "ohem_cross_entropy",
  "total_variation",
];

export function isPrintedLoss(loss: LossName): boolean {
  return !missing.includes(loss);
}
