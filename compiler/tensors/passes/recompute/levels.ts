/** How much memory recomputation saves in a training step, and for how many more operations. */
import type { Program } from "../../program.ts";
import { plan } from "../plan.ts";
import { droppedValues, type Recomputation } from "./dropped-values.ts";
import { operationsOf } from "./operations.ts";
import { recomputed } from "./recompute.ts";

export interface RecomputationLevel {
  readonly recomputation: Recomputation;
  /** Bytes that the plan holds at most. */
  readonly peak: number;
  /** Operations that are added, as a share of those without recomputation: 0.3 for 30 % more. */
  readonly added: number;
}

const segmentCounts = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/** A level must save this share more than the one before. */
const leastSaved = 0.08;

/** From the fewest added operations to the least memory. @param program gradients, without recomputation */
export function recomputationLevels(program: Program): readonly RecomputationLevel[] {
  const all = program.steps.reduce((sum, step) => sum + operationsOf(program, step), 0);
  const candidates = [false, true].flatMap((products) =>
    segmentCounts.map((segments): RecomputationLevel => {
      const recomputation = { segments, products };
      const changed = recomputed(program, droppedValues(program, recomputation));
      const added = changed.steps
        .filter(({ origin }) => origin.part === "recomputation")
        .reduce((sum, step) => sum + operationsOf(changed, step), 0);
      return { recomputation, peak: plan(changed).peak.bytes, added: added / all };
    }),
  );
  let least = plan(program).peak.bytes;
  return candidates
    .toSorted((a, b) => a.added - b.added || a.peak - b.peak)
    .filter(({ peak }) => {
      if (peak > least * (1 - leastSaved)) return false;
      least = peak;
      return true;
    });
}
