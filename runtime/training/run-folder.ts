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

/** Makes the folder ready. @throws UserError when what it holds does not suit the mode. */
export function prepareRunFolder(folder: RunFolder, mode: RunMode): void {
  const files = [folder.weights, folder.checkpoint, folder.log, folder.metrics, folder.report];
  const held = files.filter((file) => existsSync(file));
  if (mode === "resume") {
    if (existsSync(folder.checkpoint)) return;
    throw new UserError(
      `${folder.path} holds no checkpoint to resume from`,
      "leave out --resume to start a run there, or give the --out of the run to go on with",
    );
  }
  if (mode === "overwrite") for (const file of held) rmSync(file);
  else if (held.length > 0) {
    throw new UserError(
      `${folder.path} already holds a training run`,
      "go on with it by --resume, replace it by --force, or choose another folder by --out",
    );
  }
  mkdirSync(folder.path, { recursive: true });
}
