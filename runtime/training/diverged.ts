/** The error of a training run whose values are no longer finite: none of them is written, and the message names the last good checkpoint. */
import type { WeightArray } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import type { RunState, SessionSnapshot } from "./checkpoint.ts";
import type { Validation } from "./validate.ts";

export type Progress = Pick<RunState, "epoch" | "step" | "stepInEpoch">;

export interface LastCheckpoint {
  readonly file: string;
  /** `undefined`: none was written yet. */
  readonly progress: Progress | undefined;
}

/** @param what "the loss", "the validation loss", "weight conv1.weight" … @param where "at step 3 (epoch 1)". */
export function diverged(
  what: string,
  where: string,
  { file, progress }: LastCheckpoint,
  learningRate: number,
): UserError {
  return new UserError(
    `${what} is no longer a finite number ${where}; ` +
      (progress === undefined
        ? "no checkpoint was written yet"
        : `${file} holds the last good state, ${describeProgress(progress)}`),
    `the learning rate (${learningRate}) is most likely too high: try a tenth of it, by --learning-rate or in the optimizer of the train section; batchnorm after the convolutions also helps`,
  );
}

/** "after epoch 2 (step 8)", "of epoch 3 (step 11)" */
export function describeProgress({ epoch, step, stepInEpoch }: Progress): string {
  return stepInEpoch === 0 ? `after epoch ${epoch} (step ${step})` : `of epoch ${epoch + 1} (step ${step})`;
}

/** What must not be kept: the first weight, or state of the optimizer, with a value that is not finite. */
export function notFiniteIn({ weights, optimizerState }: SessionSnapshot): string | undefined {
  const weight = firstNotFinite(weights);
  if (weight !== undefined) return `the weight ${weight}`;
  const state = firstNotFinite(optimizerState);
  return state === undefined ? undefined : `the optimizer state ${state}`;
}

/** The part of a validation that is not finite. */
export function notFiniteOf({ loss, losses }: Pick<Validation, "loss" | "losses">): string | undefined {
  for (const [output, part] of Object.entries(losses))
    if (!Number.isFinite(part)) return `the validation loss of ${output}`;
  return loss === undefined || Number.isFinite(loss) ? undefined : "the validation loss";
}

function firstNotFinite(arrays: ReadonlyMap<string, WeightArray>): string | undefined {
  for (const [name, { data }] of arrays) if (!data.every(Number.isFinite)) return name;
  return undefined;
}
