/** Trains the trials of a sweep, round by round, and records each as soon as it is done. */
import { Diverged } from "../diverged.ts";
import { ranked, type SweepRecord, type TrialRecord } from "./sweep-record.ts";
import type { Round, Trial } from "./trials.ts";

/** What a trial has come to after a round. */
export interface TrialResult {
  /** Of the measure that the run keeps. */
  readonly value: number | null;
  readonly bestEpoch: number | null;
  readonly epochs: number;
}

/**
 * A trial of a round that the record has is not trained again, so that an interrupted sweep continues where it was.
 * @param train trains a trial to the epochs of a round, from where it is
 * @param changed is called with every new state of the record
 */
export async function runTrials(
  begun: SweepRecord,
  rounds: readonly Round[],
  train: (trial: Trial, round: Round) => Promise<TrialResult>,
  changed: (record: SweepRecord) => Promise<void>,
): Promise<SweepRecord> {
  let record = begun;
  let left = record.trials.map(({ trial }) => trial);
  for (const [place, round] of rounds.entries()) {
    if (place > 0) left = best(record, left, place - 1, round.trials);
    for (const number of left) {
      const trial = record.trials.find((one) => one.trial === number);
      if (trial === undefined || trial.rounds.length > place || trial.diverged !== undefined) continue;
      const after = await trained(trial, round, train);
      record = { ...record, trials: record.trials.map((one) => (one.trial === number ? after : one)) };
      await changed(record);
    }
  }
  return record;
}

async function trained(
  trial: TrialRecord,
  round: Round,
  train: (trial: Trial, round: Round) => Promise<TrialResult>,
): Promise<TrialRecord> {
  try {
    const { value, bestEpoch, epochs } = await train(trial, round);
    return { ...trial, rounds: [...trial.rounds, value], epochs, bestEpoch };
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    return { ...trial, diverged: error.message };
  }
}

/** The numbers of the best trials after a round, in their order. @param left those that were part of it */
function best(record: SweepRecord, left: readonly number[], round: number, count: number): number[] {
  // a record that is resumed may be further: what counted then is the value of that round
  const then = record.trials
    .filter(({ trial, rounds }) => left.includes(trial) && (rounds[round] ?? null) !== null)
    .map((one) => ({ ...one, rounds: one.rounds.slice(0, round + 1) }));
  const chosen = ranked({ ...record, trials: then }).map(({ trial }) => trial);
  return chosen.slice(0, count).sort((a, b) => a - b);
}
