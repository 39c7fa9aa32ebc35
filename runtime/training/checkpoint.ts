/** A checkpoint: weights, the optimizer's state and the progress of the run, so that a resumed run equals an unbroken one. */
import { planVersion } from "../../compiler/learning/plan-version.ts";
import type { ScheduleStates } from "../../compiler/learning/schedules/registry.ts";
import type { WeightArray } from "../arrays.ts";
import type { OutputCounts } from "../metrics/output-metrics.ts";
import { UserError } from "../user-error.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.ts";
import { type BestMetrics, isBestMetrics, isMeasure } from "./best-metrics.ts";
import { isPlan, type RunPlan } from "./run-plan.ts";
import {
  decodeMetadata,
  encodeMetadata,
  isCount,
  isNumbers,
  isRecord,
  parseEntry,
  type WeightsMetadata,
} from "./weights-metadata.ts";

/** What an epoch came to. */
export interface MeasuredEpoch {
  /** Of the metric the run keeps; `null`: nothing was counted, or it was not finite. */
  readonly value: number | null;
  readonly metrics: BestMetrics;
}

export interface BestEpoch extends MeasuredEpoch {
  readonly value: number;
  readonly epoch: number;
}

/** The progress of a run. */
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
  readonly best: BestEpoch | null;
  /** The last whole epoch; its weights are the checkpoint's while no step of the next one was made. */
  readonly last: MeasuredEpoch | null;
  /** The states of the schedules that have one. */
  readonly schedule: ScheduleStates;
  /** Training time so far. */
  readonly seconds: number;
  /** The engine that computed the last step; left out in checkpoints of before there were several to choose from. */
  readonly engine?: string | undefined;
}

export interface Checkpoint {
  readonly file: string;
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly optimizerState: ReadonlyMap<string, WeightArray>;
  readonly metadata: WeightsMetadata;
  readonly plan: RunPlan;
  readonly state: RunState;
  /** Sums of the measures of the epoch under way, as a package for PyTorch writes and reads them; of its checkpoints. */
  readonly torchMeasures?: string | undefined;
}

/** What the names of tensors in a checkpoint begin with. */
export const weightPrefix = "weights/";
export const statePrefix = "optimizer/";

/** What a session holds at one moment. */
export interface SessionSnapshot {
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly optimizerState: ReadonlyMap<string, WeightArray>;
}

/** What packages for PyTorch call the sums of their measures. */
const torchMeasuresEntry = "metrics";

/** @throws UserError when the file cannot be written. */
export async function writeCheckpoint(
  file: string,
  { weights, optimizerState }: SessionSnapshot,
  metadata: WeightsMetadata,
  plan: RunPlan,
  state: RunState,
  torchMeasures?: string,
): Promise<void> {
  const arrays = new Map<string, WeightArray>();
  for (const [name, array] of weights) arrays.set(weightPrefix + name, array);
  for (const [name, array] of optimizerState) arrays.set(statePrefix + name, array);
  const entries = encodeMetadata(metadata);
  entries.set("plan", JSON.stringify(plan));
  entries.set("state", JSON.stringify({ ...state, outputs: countsAsJson(state.outputs) }));
  if (torchMeasures !== undefined) entries.set(torchMeasuresEntry, torchMeasures);
  await writeSafetensors(file, { weights: arrays, metadata: entries });
}

/** @throws UserError when the file cannot be read or is no checkpoint. */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const { weights: arrays, metadata } = await readSafetensors(file);
  const entry = <T>(name: string, holds: (value: unknown) => value is T): T => {
    const text = metadata.get(name);
    if (text === undefined) {
      throw new UserError(
        `${file} is not a checkpoint: it has no entry "${name}"`,
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
  const plan = entry("plan", isPlan);
  if (plan.version !== planVersion) {
    throw new UserError(
      `${file} was written by another version of fcn: its form is ${plan.version}, and this fcn reads ${planVersion}`,
      "resume with the version that wrote it, or start a run from the best weights beside it, by --start-from with another --out",
    );
  }
  return {
    file,
    weights: under(weightPrefix),
    optimizerState: under(statePrefix),
    metadata: decodeMetadata(metadata, file),
    plan,
    state: stateOf(entry("state", isStoredState)),
    torchMeasures: metadata.get(torchMeasuresEntry),
  };
}

/** JSON has no infinity: sums of errors may have grown to it. */
type StoredCounts = Readonly<Record<string, readonly (readonly (number | string)[])[]>>;
type StoredState = Omit<RunState, "outputs"> & { readonly outputs: StoredCounts };
const notFinite = ["NaN", "Infinity", "-Infinity"];

function countsAsJson(counts: OutputCounts): StoredCounts {
  return mapCounts(counts, (value) => (Number.isFinite(value) ? value : String(value)));
}

function stateOf(stored: StoredState): RunState {
  return { ...stored, outputs: mapCounts(stored.outputs, Number) };
}

function mapCounts<From, To>(
  counts: Readonly<Record<string, readonly (readonly From[])[]>>,
  change: (value: From) => To,
): Readonly<Record<string, readonly (readonly To[])[]>> {
  return Object.fromEntries(
    Object.entries(counts).map(([output, rows]) => [
      output,
      rows.map((row) => row.map((value) => change(value))),
    ]),
  );
}

const isStoredCount = (value: unknown): boolean =>
  isNumbers([value]) || (typeof value === "string" && notFinite.includes(value));

const isStoredState = (value: unknown): value is StoredState =>
  isRecord(value) &&
  [value.step, value.epoch, value.stepInEpoch, value.groupSteps].every(isCount) &&
  isRecord(value.outputs) &&
  Object.values(value.outputs).every(
    (rows) => Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every(isStoredCount)),
  ) &&
  isRecord(value.epochLosses) &&
  isNumbers(Object.values(value.epochLosses)) &&
  isNumbers([value.epochLoss, value.groupLoss, value.seconds]) &&
  isRecord(value.schedule) &&
  Object.values(value.schedule).every(isNumbers) &&
  (value.best === null ||
    (isMeasuredEpoch(value.best) && isNumbers([value.best.value]) && isCount(value.best.epoch))) &&
  (value.last === null || isMeasuredEpoch(value.last)) &&
  (value.engine === undefined || typeof value.engine === "string");

const isMeasuredEpoch = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && isMeasure(value.value) && isBestMetrics(value.metrics);
