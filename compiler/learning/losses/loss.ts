/**
 * A loss: what it compares at each position, and which outputs it fits.
 *
 * How it is computed is a formula of a tensor program (compiler/tensors/losses/formulas.ts), a table that is total over the registry.
 */
import type { Definition } from "../definition/definition.ts";
import type { LearnedOutput, Misfit, TargetForm } from "../definition/learned-output.ts";
import type { ClassWeights } from "./class-weights.ts";

export interface Loss<N extends string = string, S extends object = object, F extends TargetForm = TargetForm>
  extends Definition<N, S> {
  /** Its value, as the paper writes it: p is the predicted probability, t the target, x prediction minus target. */
  readonly formula: string;
  /** Forms of targets; none: it judges the prediction alone, whatever the target. */
  readonly compares: readonly F[];
  /** Why it does not fit an output whose target has a form that it compares. */
  readonly misfit: LossMisfit | undefined;
}

/** What may depend on a loss's own settings is whether it has class weights. */
export type LossMisfit = (
  output: LearnedOutput,
  settings: { readonly kind: string; readonly weights?: ClassWeights },
) => Misfit | undefined;

/** Forms of targets that are numbers. */
export const numbers = ["values", "lengths", "logarithms", "directions"] as const;

export function loss<N extends string, S extends object, const F extends TargetForm>(
  definition: Definition<N, S>,
  meaning: {
    readonly formula: string;
    readonly compares: readonly F[];
    readonly misfit?: LossMisfit;
  },
): Loss<N, S, F> {
  return { ...definition, ...meaning, misfit: meaning.misfit };
}
