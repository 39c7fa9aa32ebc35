/** What an output learned, as far as a prediction must know; kept with the weights. */
import type { TargetConfiguration, TargetKind } from "../../compiler/learning/targets/registry.ts";

export interface LearnedTarget {
  readonly kind: TargetKind;
  /** Of depth: whether the output is its logarithm, and what one step of a depth image means. */
  readonly log?: boolean;
  readonly unit?: number;
  /** Of colour bins: of the mean that makes one colour of them. */
  readonly temperature?: number;
}

export function learnedTarget(target: TargetConfiguration): LearnedTarget {
  switch (target.kind) {
    case "depth":
      return { kind: target.kind, log: target.log, unit: target.unit };
    case "colour_bins":
      return { kind: target.kind, temperature: target.temperature };
    default:
      return { kind: target.kind };
  }
}
