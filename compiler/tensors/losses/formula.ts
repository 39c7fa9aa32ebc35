/**
 * What the formula of a loss is: a few steps that give values of any shape, whose sum is the loss.
 *
 * The host adds them up in float64 and multiplies by a scale of its own (1 over the positions that count, and the term's factor), which
 * it also feeds as the weight of every value's gradient.
 */
import type { LossName, LossOf } from "../../learning/losses/registry.ts";
import type { Calls } from "../primitives/calls.ts";
import type { Value } from "../value.ts";

/** What a formula may read of its term. Weights and reduction are the host's part. */
export type LossSettings<N extends LossName = LossName> = {
  readonly [K in N]: Omit<LossOf<K>, "weights" | "reduction" | "rebalance">;
}[N];

export interface LossOperands {
  readonly build: Calls;
  /** [batch, channels, height, width]: logits, or values after the activation. */
  readonly map: Value;
  /** Classes, int32 [batch, 1, height, width], 0 where unknown; or values, of the map's shape, 0 where unknown. */
  readonly target: Value;
  /** [batch, 1, height, width]: how much each position counts; 0 where it is unknown. */
  readonly valid: Value;
  /** Of losses of areas, where they have class weights: [1, channels, 1, 1]. */
  readonly classWeights?: Value | undefined;
  /** Of losses of the hardest positions, how many count: []. */
  readonly kept?: Value | undefined;
}

export type LossFormula<N extends LossName> = (operands: LossOperands, settings: LossSettings<N>) => Value;
