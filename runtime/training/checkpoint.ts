/** A checkpoint: weights, the optimiser's state and where the run stands, so that a resumed run equals an unbroken one. */
import type { Session, WeightArray } from "../engines/engine.ts";
import type { OutputCounts } from "../metrics/metrics-by-output.ts";
import { UserError } from "../user-error.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.ts";
import {
  decodeMetadata,
  encodeMetadata,
  isCount,
  isNumbers,
  isRecord,
  parseEntry,
  type WeightsMetadata,
} from "./weights-metadata.ts";

/** What must be as it was for the resumed run to be the same run. */
export interface RunPlan {
  readonly seed: number;
  readonly batch: number;
  readonly trainingImages: number;
  readonly optimizer: string;
  /** What each output learns: "labels: labels, depth: depth". */
  readonly targets: string;
}

/** Where a run stands. */
export interface RunState {
  /** Updates made. */
  readonly step: number;
  /** Whole epochs done. */
  readonly epoch: number;
  /** Updates made in the epoch under way. */
  readonly stepInEpoch: number;
  /** Sum of the losses of those. */
  readonly epochLoss: number;
  /** The same by output. */
  readonly epochLosses: Readonly<Record<string, number>>;
  /** Sum of the losses, and number, of the steps since the last line of the log. */
  readonly groupLoss: number;
  readonly groupSteps: number;
  /** The counts of the metrics of the training batches of the epoch under way, by output. */
  readonly outputs: OutputCounts;
  /** The best value of the metric the run keeps, and its epoch (from 1). */
  readonly best: { readonly value: number; readonly epoch: number } | null;
  /** Training time so far. */
  readonly seconds: number;
}

export interface Checkpoint {
  readonly file: string;
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly optimizerState: ReadonlyMap<string, WeightArray>;
  readonly metadata: WeightsMetadata;
  readonly plan: RunPlan;
  readonly state: RunState;
}

const weightPrefix = "weights/";
const statePrefix = "optimizer/";

/** @throws UserError when the file cannot be written. */
export async function writeCheckpoint(
  file: string,
  session: Session,
  metadata: WeightsMetadata,
  plan: RunPlan,
  state: RunState,
): Promise<void> {
  const arrays = new Map<string, WeightArray>();
  for (const [name, array] of await session.readWeights()) arrays.set(weightPrefix + name, array);
  for (const [name, array] of await session.readState()) arrays.set(statePrefix + name, array);
  const entries = encodeMetadata(metadata);
  entries.set("plan", JSON.stringify(plan));
  entries.set("state", JSON.stringify(state));
  await writeSafetensors(file, { weights: arrays, metadata: entries });
}

/** @throws UserError when the file cannot be read or is no checkpoint. */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const { weights: arrays, metadata } = await readSafetensors(file);
  const entry = <T>(name: string, holds: (value: unknown) => value is T): T => {
    const text = metadata.get(name);
    if (text === undefined) {
      throw new UserError(
        `${file} is no checkpoint: it has no entry "${name}"`,
        "give the --out of a training run",
      );
    }
    return parseEntry(text, name, file, holds);
  };
  const under = (prefix: string) =>
    new Map(
      [...arrays].flatMap(([name, array]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
      ),
    );
  return {
    file,
    weights: under(weightPrefix),
    optimizerState: under(statePrefix),
    metadata: decodeMetadata(metadata, file),
    plan: entry("plan", isPlan),
    state: entry("state", isState),
  };
}

const isPlan = (value: unknown): value is RunPlan =>
  isRecord(value) &&
  isCount(value.seed) &&
  isCount(value.batch) &&
  isCount(value.trainingImages) &&
  typeof value.optimizer === "string" &&
  typeof value.targets === "string";

const isState = (value: unknown): value is RunState =>
  isRecord(value) &&
  [value.step, value.epoch, value.stepInEpoch, value.groupSteps].every(isCount) &&
  isRecord(value.outputs) &&
  Object.values(value.outputs).every((rows) => Array.isArray(rows) && rows.every(isNumbers)) &&
  isRecord(value.epochLosses) &&
  isNumbers(Object.values(value.epochLosses)) &&
  isNumbers([value.epochLoss, value.groupLoss, value.seconds]) &&
  (value.best === null || (isRecord(value.best) && isNumbers([value.best.value, value.best.epoch])));
