/** The folder of a training run: what lies in it, and when it may be used. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";

export interface RunFolder {
  readonly path: string;
  /** The best weights so far, by the metric the run keeps. */
  readonly weights: string;
  /** The last state, to resume from. */
  readonly checkpoint: string;
  /** A line of JSON for every group of steps and every epoch. */
  readonly log: string;
  /** The metrics of the best weights. */
  readonly metrics: string;
  readonly report: string;
}

export function runFolder(path: string): RunFolder {
  return {
    path,
    weights: join(path, "weights.safetensors"),
    checkpoint: join(path, "checkpoint.safetensors"),
    log: join(path, "metrics.jsonl"),
    metrics: join(path, "metrics.json"),
    report: join(path, "report.html"),
  };
}

/** "new": the folder must hold no run. "overwrite": a run there is removed. "resume": it must hold a checkpoint. */
export type RunMode = "new" | "overwrite" | "resume";

/** @throws UserError when what the folder holds does not suit the mode. Nothing is changed yet. */
export function checkRunFolder(folder: RunFolder, mode: RunMode): void {
  if (mode === "resume" && !existsSync(folder.checkpoint)) {
    throw new UserError(
      `${folder.path} holds no checkpoint to resume from`,
      "leave out --resume to start a run there, or give the --out of the run to go on with",
    );
  }
  if (mode === "new" && filesOf(folder).some((file) => existsSync(file))) {
    throw new UserError(
      `${folder.path} already holds a training run`,
      "go on with it by --resume, replace it by --force, or choose another folder by --out",
    );
  }
}

/** Makes the folder ready for a mode that `checkRunFolder` let pass: a run that is to be replaced is removed. */
export function prepareRunFolder(folder: RunFolder, mode: RunMode): void {
  mkdirSync(folder.path, { recursive: true });
  if (mode === "overwrite") for (const file of filesOf(folder)) rmSync(file, { force: true });
}

function filesOf({ weights, checkpoint, log, metrics, report }: RunFolder): readonly string[] {
  return [weights, checkpoint, log, metrics, report];
}
