/** What an output learned, as far as a prediction must know; kept with the weights. */
import type { TargetConfiguration, TargetKind } from "../../compiler/train/target-configuration.ts";

export interface LearnedTarget {
  readonly kind: TargetKind;
  /** Of depth: whether the output is its logarithm, and what one step of a depth image means. */
  readonly log?: boolean;
  readonly unit?: number;
}

export function learnedTarget(target: TargetConfiguration): LearnedTarget {
  if (target.kind !== "depth") return { kind: target.kind };
  return { kind: target.kind, log: target.log, unit: target.unit };
}
