/** What an output learned, as far as a prediction must know; kept with the weights. */
import type { TargetKind } from "../../compiler/learning/targets/registry.ts";

export interface LearnedTarget {
  readonly kind: TargetKind;
  /** Of depth: whether the output is its logarithm, and what one step of a depth image means; of offsets: pixels that 1 means. */
  readonly log?: boolean;
  readonly unit?: number;
  /** Of centres: the deviation of their Gaussians in pixels, the least value of a predicted one, and the names of its channels. */
  readonly deviation?: number;
  readonly threshold?: number;
  readonly classes?: readonly string[] | undefined;
  /** Of centres: pixels to a true one; of offsets: pixels to the centre that they lead to; at most. */
  readonly distance?: number;
  /** Of colour bins: of the mean that makes one colour of them. */
  readonly temperature?: number;
}
