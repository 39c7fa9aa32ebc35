/** How a target is verified on the examples. */
import type { RecordedTarget, TargetRecord } from "./target-record.ts";

export interface Verification<T extends RecordedTarget> {
  /** Where results are kept as they come; left out: they are not. */
  readonly record?: TargetRecord<T> | undefined;
  /** Examples whose files were compared before are checked, and not compared again. */
  readonly changed?: boolean;
  /** A line for each example and each fault. */
  readonly report: (line: string) => void;
}

/** Relative: up to 100 layers in float32, each rounding its sums in another order; the largest seen is 2e-5. */
export const tolerance = 5e-5;
