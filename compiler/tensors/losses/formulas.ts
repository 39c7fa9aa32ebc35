/** The formula of every loss. */
import { comparedBy, isPrior, type LossName, type PriorName } from "../../learning/losses/registry.ts";
import type { Value } from "../value.ts";
import {
  balancedCrossEntropy,
  crossEntropy,
  focal,
  softCrossEntropy,
  weightedCrossEntropy,
} from "./classes.ts";
import type { LossFormula, LossOperands, LossSettings } from "./formula.ts";
import { gaussianFocal } from "./heat.ts";
import { dice, generalisedDice, jaccard, tversky } from "./overlap.ts";
import { lovaszSoftmax, ohemCrossEntropy } from "./sorted.ts";
import { berhu, cosine, huber, l1, l2, scaleInvariant } from "./values.ts";

type ComparingName = Exclude<LossName, PriorName>;

const lossFormulas: { readonly [N in ComparingName]: LossFormula<N> } = {
  cross_entropy: crossEntropy,
  balanced_cross_entropy: balancedCrossEntropy,
  soft_cross_entropy: softCrossEntropy,
  focal,
  gaussian_focal: gaussianFocal,
  border_cross_entropy: weightedCrossEntropy,
  ohem_cross_entropy: ohemCrossEntropy,
  lovasz_softmax: lovaszSoftmax,
  dice,
  generalised_dice: generalisedDice,
  jaccard,
  tversky,
  l1,
  l2,
  huber,
  berhu,
  scale_invariant: scaleInvariant,
  cosine,
};

/** Values whose sum, times the host's scale, is the loss. */
export function lossValues<N extends ComparingName>(
  operands: LossOperands,
  settings: LossSettings<N>,
): Value {
  const formula = lossFormulas[settings.kind as N] as LossFormula<N>; // the kind names the formula of these settings
  return formula(operands, settings);
}

export type ComparedForm = "classes" | "distributions" | "heat" | "values" | "prediction";

/**
 * Classes, distributions and heat maps are compared with the logits, values with the feature map after the activation, which priors judge without
 * a target: "prediction".
 */
export function comparedForm(loss: LossName): ComparedForm {
  if (isPrior(loss)) return "prediction";
  const [form] = comparedBy(loss);
  return form === "classes" || form === "distributions" || form === "heat" ? form : "values";
}

/** Losses of areas take class weights as an operand; to others the host gives them with the weights of positions. */
const areaLosses: readonly LossName[] = ["dice", "jaccard", "tversky", "lovasz_softmax"];

export function weighsAreas(loss: LossName): boolean {
  return areaLosses.includes(loss);
}

/** Whether it compares only the hardest positions, of which the host says how many. */
export function countsHardest(loss: LossName): boolean {
  return loss === "ohem_cross_entropy";
}
