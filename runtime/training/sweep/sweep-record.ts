/** `sweep.json`: the trials of a sweep, what each has come to, and what is still to be done. */
import { readFile } from "node:fs/promises";
import type { SweepConfiguration } from "../../../compiler/learning/configuration.ts";
import { isRange } from "../../../compiler/learning/sweep-axes.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { UserError } from "../../user-error.ts";
import { isMeasure } from "../best-metrics.ts";
import { isCount, isRecord } from "../weights-metadata.ts";
import type { Trial } from "./trials.ts";

export interface SweepRecord {
  readonly format: "fcn-sweep-1";
  readonly network: string;
  /** What the trials are compared by: "labels.mean_iou", "loss". */
  readonly measure: string;
  readonly better: "higher" | "lower";
  /** How the trials are chosen, and the values of every axis. */
  readonly sweep: Readonly<Record<string, string>>;
  readonly trials: readonly TrialRecord[];
}

export interface TrialRecord extends Trial {
  /** The best value of the measure after each round that the trial was part of; `null`: it has none. */
  readonly rounds: readonly (number | null)[];
  /** Epochs trained so far. */
  readonly epochs: number;
  /** Of the best value; `null`: there is none. */
  readonly bestEpoch: number | null;
  /** Why it ended before its time: the training left the finite numbers. */
  readonly diverged?: string;
}

export function describeSweep({ strategy, axes }: SweepConfiguration): SweepRecord["sweep"] {
  const { kind, ...settings } = strategy;
  const inWords = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const values = axes.map(({ name, values: of }) => [
    name,
    isRange(of) ? `${of.least} .. ${of.most}` : `[${of.map(({ text }) => text).join(", ")}]`,
  ]);
  const chosen = inWords.length === 0 ? kind : `${kind}(${inWords.join(", ")})`;
  return Object.fromEntries([["trials", chosen], ...values]);
}

/** Of one that has not begun. */
export function waiting(trial: Trial): TrialRecord {
  return { ...trial, rounds: [], epochs: 0, bestEpoch: null };
}

/** The value by which a trial is ranked: that of its last round. */
export function lastValue({ rounds }: TrialRecord): number | null {
  return rounds.at(-1) ?? null;
}

/** Those that were trained longest first, among them the best first; trials without a value last. */
export function ranked({ trials, better }: Pick<SweepRecord, "trials" | "better">): readonly TrialRecord[] {
  const sign = better === "higher" ? -1 : 1;
  const keyOf = (one: TrialRecord) => {
    const value = lastValue(one);
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  const byValue = (a: TrialRecord, b: TrialRecord) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    return x === y ? a.trial - b.trial : x < y ? -1 : 1;
  };
  return [...trials].sort((a, b) => b.rounds.length - a.rounds.length || byValue(a, b));
}

/** @throws UserError when the file cannot be written. */
export async function writeSweepRecord(file: string, record: SweepRecord): Promise<void> {
  await writeAtomically(file, [Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`, "utf8")]);
}

/** @throws UserError when there is none, it is damaged, or of another sweep. */
export async function resumeSweepRecord(file: string, wanted: SweepRecord): Promise<SweepRecord> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch {
    value = undefined; // missing or damaged: refused below
  }
  if (!isSweepRecord(value)) {
    throw new UserError(
      `${file} is not the record of a sweep`,
      "leave out --resume to start a sweep there, or give the --out of the sweep to resume",
    );
  }
  const names = [...new Set([...Object.keys(value.sweep), ...Object.keys(wanted.sweep)])];
  const differences = names.flatMap((name) => {
    const [was = "left out", is = "left out"] = [value.sweep[name], wanted.sweep[name]];
    return was === is ? [] : [`${name} was ${was} and is now ${is}`];
  });
  for (const name of ["network", "measure"] as const)
    if (value[name] !== wanted[name])
      differences.push(`the ${name} was ${value[name]} and is now ${wanted[name]}`);
  if (differences.length === 0) return value;
  throw new UserError(
    `${file} records another sweep: ${differences.join("; ")}`,
    "undo the changes, or start the sweep with another --out",
  );
}

const isSweepRecord = (value: unknown): value is SweepRecord =>
  isRecord(value) &&
  value.format === "fcn-sweep-1" &&
  typeof value.network === "string" &&
  typeof value.measure === "string" &&
  (value.better === "higher" || value.better === "lower") &&
  isTexts(value.sweep) &&
  Array.isArray(value.trials) &&
  value.trials.every(
    (trial) =>
      isRecord(trial) &&
      isCount(trial.trial) &&
      isTexts(trial.values) &&
      Array.isArray(trial.rounds) &&
      trial.rounds.every(isMeasure) &&
      isCount(trial.epochs) &&
      (trial.bestEpoch === null || isCount(trial.bestEpoch)) &&
      (trial.diverged === undefined || typeof trial.diverged === "string"),
  );

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");
