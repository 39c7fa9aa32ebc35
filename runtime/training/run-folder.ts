/** The folder of a training run: what it holds, and when it may be used. */
import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isPartOf } from "../files/atomic-write.ts";
import { cannotWrite } from "../files/cannot-write.ts";
import { makeOutputFolder } from "../files/output-place.ts";
import { shellWord } from "../files/shell-word.ts";
import { UserError } from "../user-error.ts";
import { lastKeptCheckpoint, removeCheckpoints } from "./record/kept-checkpoints.ts";
import { readRecord } from "./record/run-record.ts";
import { otherFiles, removeSource } from "./record/source-copy.ts";
import { lockRun, type RunLock } from "./run-lock.ts";
import { isEventFile } from "./tensorboard/event-file.ts";

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
  /** What the run was made from (record/run-record.ts). */
  readonly record: string;
  /** A folder: copies of the program's files. */
  readonly source: string;
  /** A folder: checkpoints of the last epochs. */
  readonly checkpoints: string;
  /** A folder: event files of TensorBoard. */
  readonly events: string;
}

export function runFolder(path: string): RunFolder {
  return {
    path,
    weights: join(path, "weights.safetensors"),
    checkpoint: join(path, "checkpoint.safetensors"),
    log: join(path, "metrics.jsonl"),
    metrics: join(path, "metrics.json"),
    report: join(path, "report.html"),
    record: join(path, "run.json"),
    source: join(path, "source"),
    checkpoints: join(path, "checkpoints"),
    events: join(path, "tensorboard"),
  };
}

/** "new": the folder must hold no run. "overwrite": a run there is removed. "resume": it must hold a checkpoint. */
export type RunMode = "new" | "overwrite" | "resume";

/** A folder that no other process trains in until it is released. */
export interface HeldRunFolder extends RunFolder, RunLock {
  readonly mode: RunMode;
}

/**
 * Makes and locks the folder. A run that is to be replaced stays until `prepareRunFolder`.
 * @throws UserError when another process trains there, the folder cannot be written to, or what it holds does not suit the mode.
 */
export async function holdRunFolder(path: string, mode: RunMode): Promise<HeldRunFolder> {
  if (path === "") throw new UserError("the name of the folder for the run is empty", "give one by --out");
  const folder = runFolder(path);
  if (mode === "resume") checkRunFolder(folder, mode);
  const made = makeOutputFolder(path, "choose another folder by --out");
  let lock: RunLock;
  try {
    lock = await lockRun(path);
  } catch (error) {
    removeWhileEmpty(path, made);
    throw error;
  }
  const release = async () => {
    await lock.release();
    removeWhileEmpty(path, made);
  };
  try {
    checkRunFolder(folder, mode);
    await checkSourceFolder(folder, mode);
  } catch (error) {
    await release();
    throw error;
  }
  return { ...folder, mode, assertHeld: lock.assertHeld, release };
}

/**
 * Prepares a locked folder for its mode: files that a killed run left unfinished are removed, and so is a run that is to be
 * replaced, or one that never came to a checkpoint.
 */
export async function prepareRunFolder(folder: HeldRunFolder): Promise<void> {
  const files = filesOf(folder);
  if (folder.mode !== "resume") await removeFolders(folder);
  const unfinished = readdirSync(folder.path)
    .filter((name) => files.some((file) => isPartOf(name, basename(file))))
    .map((name) => join(folder.path, name));
  for (const file of [...unfinished, ...(folder.mode === "resume" ? [] : files)]) {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      throw cannotWrite(file, error, "choose another folder by --out");
    }
  }
}

/**
 * Nothing but the copies that a run made may be where this one makes its own. Where the record is gone, a run that is resumed had a
 * folder of its own, too: the programs in it are its copies.
 */
async function checkSourceFolder({ path, record, source }: RunFolder, mode: RunMode): Promise<void> {
  const before = await readRecord(record).catch(() => undefined); // a damaged one names no files
  const resumed = before === undefined && mode === "resume";
  const [other] = otherFiles(source, before?.source.files ?? []).filter(
    (file) => !(resumed && file.endsWith(".fcn")),
  );
  if (other === undefined) return;
  throw new UserError(
    `${join(source, other)} is not part of a run, and the run in ${path} keeps a copy of its program there`,
    "move it away, or choose another folder by --out",
  );
}

/** What a run left in its folders, and nothing that another program put there. */
async function removeFolders({ record, source, checkpoints, events }: RunFolder): Promise<void> {
  try {
    const before = await readRecord(record).catch(() => undefined); // a damaged one names no files, and is replaced
    removeSource(source, before?.source.files ?? []);
    await removeCheckpoints(checkpoints, () => true);
    for (const name of existsSync(events) ? readdirSync(events).filter(isEventFile) : [])
      rmSync(join(events, name), { force: true });
  } catch (error) {
    throw cannotWrite(source, error, "choose another folder by --out");
  }
}

function checkRunFolder(folder: RunFolder, mode: RunMode): void {
  const there = filesOf(folder).filter(isThere);
  for (const file of there) {
    const kind = statSync(file, { throwIfNoEntry: false });
    // a dangling link is replaced; reading a device or a pipe would not end
    if (kind !== undefined && !kind.isFile()) {
      throw new UserError(
        `${file} is ${kind.isDirectory() ? "a folder" : "not a regular file"}, and the run writes a file there`,
        "move it away, or choose another folder by --out",
      );
    }
  }
  const resumable = there.includes(folder.checkpoint);
  // A log and a record alone are what a run leaves that ended before its first checkpoint: nothing can be lost.
  const isFree = there.every((file) => file === folder.log || file === folder.record);
  const kept = resumable ? undefined : lastKeptCheckpoint(folder.checkpoints);
  if (mode !== "overwrite" && kept !== undefined) {
    throw new UserError(
      `${folder.checkpoint} is missing, and ${kept} holds the state of an earlier epoch`,
      `resume from that: cp ${shellWord(kept)} ${shellWord(folder.checkpoint)}, then --resume; or choose another folder by --out`,
    );
  }
  if (mode === "resume" && !resumable) {
    throw new UserError(
      `${folder.path} holds no checkpoint to resume from`,
      isFree
        ? "leave out --resume to start a run there, or give the --out of the run to resume"
        : "overwrite it by --force, or give the --out of the run to resume",
    );
  }
  if (mode === "new" && !isFree) {
    throw new UserError(
      `${folder.path} already holds a training run${resumable ? "" : ", without a checkpoint"}`,
      `${resumable ? "resume it by --resume, " : ""}overwrite it by --force, or choose another folder by --out`,
    );
  }
}

function isThere(file: string): boolean {
  try {
    lstatSync(file); // a link is there, wherever it leads
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw cannotWrite(file, error, "choose another folder by --out");
  }
}

/** Removes the folders that `makeOutputFolder` made, from the last one on, as far as they hold nothing. */
function removeWhileEmpty(path: string, made: string | undefined): void {
  if (made === undefined) return;
  const first = resolve(made);
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return; // it holds something, or somebody removed it: both are fine
    }
  }
}

function filesOf({ weights, checkpoint, log, metrics, report, record }: RunFolder): readonly string[] {
  return [weights, checkpoint, log, metrics, report, record];
}
