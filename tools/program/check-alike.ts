/** Whether the predictions of two weights can be averaged. */
import { isDeepStrictEqual } from "node:util";
import type { TrainedWeights } from "../../runtime/training/weights-file.ts";
import { UserError } from "../../runtime/user-error.ts";

/** @throws UserError naming what differs: outputs must mean the same */
export function checkAlike(first: TrainedWeights, other: TrainedWeights): void {
  for (const [what, of] of [
    ["classes", (weights: TrainedWeights) => weights.metadata.classes],
    ["targets", (weights: TrainedWeights) => weights.metadata.targets],
  ] as const) {
    if (isDeepStrictEqual(of(first), of(other))) continue;
    throw new UserError(
      `${first.file} and ${other.file} learned different ${what}: ${shown(of(first))} and ${shown(of(other))}`,
      "only predictions of the same classes and targets can be averaged: predict with each file separately",
    );
  }
}

function shown(value: readonly string[] | object): string {
  return Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}
