/** What an output learned, as far as a prediction must know; kept with the weights. */
import type { TargetKind } from "../../compiler/learning/targets/registry.ts";

export interface LearnedTarget {
  readonly kind: TargetKind;
  /** Of depth: whether the output is its logarithm, and what one step of a depth image means. */
  readonly log?: boolean;
  readonly unit?: number;
  /** Of colour bins: of the mean that makes one colour of them. */
  readonly temperature?: number;
}
