/** The loss of one feature map: its value and its gradient. */
import type { Tensor, Tensor4D } from "../lowering.ts";

export interface LossValue {
  /** Of any shape. The loss is their sum, formed in float64, times `scale`. */
  readonly losses: Tensor;
  readonly scale: number;
  /**
   * Of a loss that is a mean over the positions that count: their number, or the sum of their weights; 0 where none counts.
   * `undefined`: of a whole image or batch.
   */
  readonly counted: number | undefined;
  /** The gradient of the loss (the scale included) with respect to the feature map. */
  readonly gradient: () => Tensor4D;
}

/** The sum of values in float64. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
