/** The formula of every loss. */
import { balancedCrossEntropy, crossEntropy, dice, softCrossEntropy } from "./classes.ts";
import type { LossFormula, LossName, LossOperands, LossSettings } from "./formula.ts";
import { berhu, cosine, huber, l1, l2, scaleInvariant } from "./values.ts";

export const lossFormulas: { readonly [N in LossName]: LossFormula<N> } = {
  cross_entropy: crossEntropy,
  balanced_cross_entropy: balancedCrossEntropy,
  soft_cross_entropy: softCrossEntropy,
  dice,
  l1,
  l2,
  huber,
  berhu,
  scale_invariant: scaleInvariant,
  cosine,
};

/** Values whose sum, times the host's scale, is the loss. */
export function lossValues<N extends LossName>(operands: LossOperands, settings: LossSettings<N>) {
  const formula = lossFormulas[settings.kind as N] as LossFormula<N>; // the kind names the formula of these settings
  return formula.values(operands, settings);
}
