/**
 * What the formula of a loss is: a few steps that give values whose sum is the loss.
 *
 * The host adds them up in float64 and multiplies by a scale of its own (1 over the positions that count, and the term's factor), which
 * it also feeds as the weight of every value's gradient.
 */
import type { LossTerm } from "../../learning/loss-configuration.ts";
import type { Calls } from "../calls.ts";
import type { Value } from "../value.ts";

export type LossName = LossTerm["kind"];

/** What a formula may read of its term. Weights and reduction are the host's part. */
export type LossSettings<N extends LossName = LossName> = {
  readonly [K in N]: Omit<Extract<LossTerm, { kind: K }>, "weights" | "reduction" | "rebalance">;
}[N];

export interface LossOperands {
  readonly build: Calls;
  /** [batch, channels, height, width]: logits, or values after the activation. */
  readonly map: Value;
  /** Classes, int32 [batch, 1, height, width], 0 where unknown; or values, of the map's shape, 0 where unknown. */
  readonly target: Value;
  /** [batch, 1, height, width]: how much each position counts; 0 where it is unknown. */
  readonly valid: Value;
}

export interface LossFormula<N extends LossName> {
  /** Classes and distributions are compared with the logits, values with the feature map after the activation. */
  readonly compares: "classes" | "distributions" | "values";
  /** Values of any shape, whose sum times the host's scale is the loss. */
  readonly values: (operands: LossOperands, settings: LossSettings<N>) => Value;
}
