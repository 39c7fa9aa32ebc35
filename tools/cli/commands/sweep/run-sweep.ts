/** `fcn sweep`: a run for each trial of the entry `sweep`, a table and a plot of them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SweepConfiguration, TrainConfiguration } from "../../../../compiler/learning/configuration.ts";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { keptBetter, keptValue } from "../../../../runtime/training/best.ts";
import { runFolder } from "../../../../runtime/training/run-folder.ts";
import { runTrials, type TrialResult } from "../../../../runtime/training/sweep/run-trials.ts";
import { sweepCsv } from "../../../../runtime/training/sweep/sweep-csv.ts";
import { sweepPlot } from "../../../../runtime/training/sweep/sweep-plot.ts";
import {
  describeSweep,
  lastValue,
  ranked,
  resumeSweepRecord,
  type SweepRecord,
  waiting,
  writeSweepRecord,
} from "../../../../runtime/training/sweep/sweep-record.ts";
import {
  changesOf,
  type Round,
  roundsOf,
  type Trial,
  trialsOf,
} from "../../../../runtime/training/sweep/trials.ts";
import type { TrainResult } from "../../../../runtime/training/train-options.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { fitTable } from "../../../../views/text/table.ts";
import { counted } from "../../console/numbers.ts";
import type { Terminal } from "../../console/terminal.ts";
import { loadNetwork } from "../../program/load-network.ts";
import { usualFolder } from "../train/run-place.ts";
import { runTraining, type TrainCommand } from "../train/run-training.ts";

export interface SweepCommand
  extends Omit<TrainCommand, "fold" | "change" | "stopAfter" | "force" | "allowChanges"> {
  /** Prints the trials, and trains none. */
  readonly list?: boolean | undefined;
}

/**
 * Leaves a run in `trial-001` … of the folder, and there `sweep.json`, `sweep.csv` and `sweep.svg`.
 * @throws UserError when the program has no sweep, a trial's network has errors, or the folder holds another sweep; as `runTraining`.
 */
export async function runSweep(
  file: string,
  command: SweepCommand,
  terminal: Terminal,
): Promise<SweepRecord | undefined> {
  const { network } = await loadNetwork(file, command, terminal, ({ train }) => train !== undefined);
  const { train } = network;
  if (train?.sweep === undefined) {
    throw new UserError(
      `${file} has no sweep in a train section for ${network.name}`,
      "write what differs between the trials: sweep width = [8, 16], learning_rate = [1e-3, 1e-4]",
    );
  }
  const { sweep } = train;
  const configuration = { ...train, epochs: command.epochs ?? train.epochs };
  const trials = trialsOf(sweep);
  const rounds = roundsOf(sweep, trials.length, configuration.epochs);
  await checkNetworks(file, command, sweep, trials, terminal);
  for (const line of describeRounds(trials.length, rounds)) terminal.note(line);
  if (command.list) {
    for (const line of trialTable(
      { trials: trials.map(waiting), measure: "", better: "higher" },
      terminal.columns,
    ))
      terminal.print(line);
    return undefined;
  }
  const out = command.out ?? `${usualFolder(network.name)}-sweep`;
  const paths = {
    record: join(out, "sweep.json"),
    table: join(out, "sweep.csv"),
    plot: join(out, "sweep.svg"),
  };
  const record = await begunRecord(paths.record, command, {
    format: "fcn-sweep-1",
    network: network.name,
    measure: configuration.keep.best,
    better: keptBetter(configuration),
    sweep: describeSweep(sweep),
    trials: trials.map(waiting),
  });
  makeOutputFolder(out, "choose another folder by --out");
  await writeSweepRecord(paths.record, record);
  const done = await runTrials(
    record,
    rounds,
    (trial, round) => trained(file, command, { out, sweep, configuration }, trial, round, terminal),
    (now) => writeSweepRecord(paths.record, now),
  );
  await writeAtomically(paths.table, [Buffer.from(sweepCsv(done), "utf8")]);
  await writeAtomically(paths.plot, [Buffer.from(sweepPlot(done, sweep.axes), "utf8")]);
  for (const line of trialTable(done, terminal.columns)) terminal.print(line);
  terminal.print(`table    ${paths.table}`);
  terminal.print(`plot     ${paths.plot}`);
  return done;
}

/** Errors of a trial's network are shown before the first trial is trained. */
async function checkNetworks(
  file: string,
  command: SweepCommand,
  sweep: SweepConfiguration,
  trials: readonly Trial[],
  terminal: Terminal,
): Promise<void> {
  const quiet: Terminal = { ...terminal, note: () => {} };
  const known = new Set<string>();
  for (const trial of trials) {
    const { set } = changesOf(sweep, trial);
    const key = JSON.stringify([...set]);
    if (set.size === 0 || known.has(key)) continue;
    known.add(key);
    const choice = { ...command, set: new Map([...command.set, ...set]) };
    const suits = ({ train }: { readonly train: unknown }) => train !== undefined;
    await loadNetwork(file, choice, quiet, suits).catch(() => loadNetwork(file, choice, terminal, suits));
  }
}

async function begunRecord(
  path: string,
  { resume }: SweepCommand,
  wanted: SweepRecord,
): Promise<SweepRecord> {
  if (resume) return resumeSweepRecord(path, wanted);
  if (!existsSync(path)) return wanted;
  throw new UserError(
    `${path} already holds a sweep`,
    "resume it by --resume, or choose another folder by --out",
  );
}

interface SweptTraining {
  readonly out: string;
  readonly sweep: SweepConfiguration;
  readonly configuration: TrainConfiguration;
}

async function trained(
  file: string,
  { list: _, ...command }: SweepCommand,
  { out, sweep, configuration }: SweptTraining,
  trial: Trial,
  { epochs }: Round,
  terminal: Terminal,
): Promise<TrialResult> {
  const { set, change } = changesOf(sweep, trial);
  const folder = join(out, `trial-${String(trial.trial).padStart(3, "0")}`);
  terminal.note(`trial ${trial.trial}: ${inWords(trial)}`);
  const result = await runTraining(
    file,
    {
      ...command,
      set: new Map([...command.set, ...set]),
      change,
      stopAfter: epochs,
      out: folder,
      resume: existsSync(runFolder(folder).checkpoint),
    },
    terminal,
  );
  return resultOf(result, configuration);
}

function resultOf({ best, epochs }: TrainResult, { keep }: TrainConfiguration): TrialResult {
  if (best === undefined) return { value: null, bestEpoch: null, epochs };
  const { outputs, classes, loss, losses } = best;
  const value = keptValue(keep, { outputs, classes, loss: loss ?? undefined, losses }) ?? null;
  return { value, bestEpoch: best.epoch, epochs };
}

function inWords({ values }: Trial): string {
  return Object.entries(values)
    .map(([name, text]) => `${name} = ${text}`)
    .join(", ");
}

function describeRounds(trials: number, rounds: readonly Round[]): readonly string[] {
  const [first] = rounds;
  if (rounds.length === 1) return [`${counted(trials, "trial")} of ${counted(first?.epochs ?? 0, "epoch")}`];
  const each = rounds.map((round) => `${counted(round.trials, "trial")} to epoch ${round.epochs}`);
  return [`${counted(trials, "trial")} in ${counted(rounds.length, "round")}: ${each.join(", ")}`];
}

/** The best first. */
export function trialTable(
  record: Pick<SweepRecord, "trials" | "measure" | "better">,
  width: number | undefined,
): readonly string[] {
  const axes = Object.keys(record.trials[0]?.values ?? {});
  const isMeasured = record.measure !== "";
  return fitTable(
    [
      { title: "trial", align: "right" },
      ...axes.map((title) => ({ title, align: "left" }) as const),
      ...(isMeasured
        ? ([
            { title: "epochs", align: "right", drop: 1 },
            { title: "best epoch", align: "right", drop: 2 },
            { title: record.measure, align: "right" },
          ] as const)
        : []),
    ],
    ranked(record).map((trial) => [
      String(trial.trial),
      ...axes.map((axis) => trial.values[axis] ?? ""),
      ...(isMeasured
        ? [
            String(trial.epochs),
            String(trial.bestEpoch ?? "–"),
            trial.diverged === undefined ? (lastValue(trial)?.toFixed(4) ?? "–") : "diverged",
          ]
        : []),
    ]),
    width,
  );
}
