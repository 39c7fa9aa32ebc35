/** What a group of deliberate faults is: a hundred kills, a disk that is full, hostile files; and the results of trying them. */

/** One fault that was not survived. */
export interface Failure {
  /** What was tried, enough to try it again: the file, the option, the seed and number. */
  readonly tried: string;
  readonly saw: string;
}

export interface FaultReport {
  readonly tried: number;
  readonly failures: readonly Failure[];
  /** Figures worth recording: kills after the first checkpoint, the most processor time … */
  readonly notes: readonly string[];
}

export interface FaultSetting {
  /** The part that continuous integration runs: every kind of fault, fewer of each. */
  readonly short: boolean;
  readonly seed: number;
  /** An empty folder of the group's own. */
  readonly folder: string;
  /** Of groups that try several; left out: all of them. */
  readonly engines?: readonly string[] | undefined;
  /** A file for results as they come, of groups that can continue; left out: none. */
  readonly keptIn?: string | undefined;
}

export interface FaultGroup {
  readonly name: string;
  /** What surviving means here, in a sentence. */
  readonly survives: string;
  /** Whether it keeps results in a file and continues from those that are there. */
  readonly continues?: true;
  run(setting: FaultSetting): Promise<FaultReport>;
}
