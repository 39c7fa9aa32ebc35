/** The rule of every optimizer. */
import type { OptimizerName } from "../../learning/optimizers/registry.ts";
import { adam } from "./adam.ts";
import { rmsprop } from "./rmsprop.ts";
import type { OptimizerRule, OptimizerSettings } from "./rule.ts";
import { sgd } from "./sgd.ts";

export const optimizerRules: { readonly [N in OptimizerName]: OptimizerRule<N> } = {
  sgd,
  adam,
  adamw: adam,
  rmsprop,
};

export function ruleOf<N extends OptimizerName>(settings: OptimizerSettings<N>): OptimizerRule<N> {
  return optimizerRules[settings.kind as N] as OptimizerRule<N>; // the kind names the rule of these settings
}
