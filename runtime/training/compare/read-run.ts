/** A finished or unfinished run, as its folder tells it. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { UserError } from "../../user-error.ts";
import { type BestMetrics, isBestMetrics } from "../best-metrics.ts";
import { type MetricsLine, readLines } from "../metrics-log.ts";
import { type RunRecord, readRecord } from "../record/run-record.ts";
import { runFolder } from "../run-folder.ts";

export interface FinishedRun {
  /** The folder, as it was given. */
  readonly path: string;
  readonly record: RunRecord;
  /** Of the best weights; `undefined`: no epoch has finished. */
  readonly best: BestMetrics | undefined;
  readonly log: readonly MetricsLine[];
}

/** @throws UserError when it is no folder of a run, or a file of it cannot be read */
export async function readRun(path: string): Promise<FinishedRun> {
  const folder = runFolder(path);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(
      `${path} is not a folder`,
      "give the folders of training runs: out/NETWORK, or their --out",
    );
  const record = await readRecord(folder.record);
  if (record === undefined)
    throw new UserError(
      `${path} cannot be compared: it has no run.json`,
      existsSync(folder.checkpoint)
        ? "an earlier version of fcn made it: resume it with this one, which writes run.json"
        : "give the folder of a training run: out/NETWORK, or its --out",
    );
  const log = existsSync(folder.log) ? await readLines(folder.log) : [];
  return { path, record, best: await readBest(folder.metrics), log };
}

/** Of `metrics.json`; `undefined`: there is none. @throws UserError when it is not of a run */
export async function readBest(file: string): Promise<BestMetrics | undefined> {
  if (!existsSync(file)) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(await readFile(file, "utf8"));
  } catch {
    found = undefined; // refused below
  }
  if (isBestMetrics(found)) return found;
  throw new UserError(
    `${file} does not hold the metrics of a run`,
    "resume the run, which writes them again",
  );
}
