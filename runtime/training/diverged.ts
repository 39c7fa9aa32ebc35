/** The error of a training run whose values are no longer finite: none of them is written, and the message names the last good checkpoint. */
import { existsSync } from "node:fs";
import type { WeightArray } from "../arrays.ts";
import type { NotFiniteOrigin } from "../engines/engine.ts";
import { UserError } from "../user-error.ts";
import type { RunState, SessionSnapshot } from "./checkpoint.ts";
import type { Validation } from "./validate.ts";

export type Progress = Pick<RunState, "epoch" | "step" | "stepInEpoch">;

export interface LastCheckpoint {
  readonly file: string;
  /** `undefined`: none was written yet. */
  readonly progress: Progress | undefined;
}

/** A training run whose values are no longer finite. */
export class Diverged extends UserError {
  override readonly name = "Diverged";
  /** What was the first that was not finite, where it was found. */
  readonly origin: NotFiniteOrigin | undefined;

  constructor(message: string, help: string, origin: NotFiniteOrigin | undefined) {
    super(message, help);
    this.origin = origin;
  }
}

/** @param what "the loss", "the validation loss", "weight conv1.weight" … @param where "at step 3 (epoch 1)". */
export function diverged(
  what: string,
  where: string,
  last: LastCheckpoint,
  learningRate: number,
  origin?: NotFiniteOrigin,
): Diverged {
  return new Diverged(
    `${what} is no longer a finite number ${where}${origin === undefined ? "" : `: ${describeOrigin(origin)}`}; ` +
      describeLast(last),
    `the learning rate (${learningRate}) is most likely too high: try a tenth of it, by --learning-rate or in the optimizer of the train section; batchnorm after the convolutions also helps`,
    origin,
  );
}

export function describeOrigin(origin: NotFiniteOrigin): string {
  switch (origin.kind) {
    case "weight":
      return `the weight ${origin.name} is not finite since an earlier update`;
    case "map": {
      const [values, of] = [origin.values, origin.of].map((count) => count.toLocaleString("en-US"));
      return `the first feature map that is not finite is that of layer ${origin.node} (${values} of ${of} values)`;
    }
    case "loss":
      return `every feature map is finite, and ${origin.term} of the output ${origin.output} is not`;
    case "gradient":
      return `the first gradient of the backward pass that is not finite is that of ${origin.weight}`;
  }
}

/** What of the run is on disk. */
function describeLast({ file, progress }: LastCheckpoint): string {
  return progress === undefined
    ? "no checkpoint was written yet"
    : `${file} holds the last good state, ${describeProgress(progress)}`;
}

/** The error of data or of an engine that ended a run, with what of the run is on disk; every other error as it is. */
export function endedBy(error: unknown, last: LastCheckpoint): unknown {
  if (!(error instanceof UserError) || error instanceof Diverged || !existsSync(last.file)) return error;
  const help = [error.help, "then continue by --resume"];
  return new UserError(
    `${error.message}; ${describeLast(last)}`,
    help.filter((part) => part !== undefined).join("; "),
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
