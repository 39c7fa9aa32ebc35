/**
 * The lock of a run's folder: one process trains there at a time, from before its first write until its report is written.
 *
 * A claim is a file `training-N.lock` that names its process. A process that needs the folder claims the number after the highest one,
 * which the file system gives to one process only, and then looks again: a claim of a process that runs wins over a later one.
 * Claims of processes that have ended are removed by the next holder.
 */
import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cannotWrite } from "../files/cannot-write.ts";
import { UserError } from "../user-error.ts";
import { isRunning, type ProcessIdentity, thisProcess } from "./process-identity.ts";
import { isRecord } from "./weights-metadata.ts";

export interface RunLock {
  /** @throws UserError when the lock is gone: the folder was moved or removed, or somebody deleted the lock. */
  readonly assertHeld: () => Promise<void>;
  readonly release: () => Promise<void>;
}

interface Claim {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  /** `undefined`: the file does not say. */
  readonly holder: ProcessIdentity | undefined;
}

const lockName = /^training-(\d+)\.lock$/;
/** A claim that is being written, or never was finished. */
const partName = /^training-\d+\.lock\.[\da-f-]+\.part$/;

/** Each is lost to another process that claimed the same number. */
const mostAttempts = 100;

/** @throws UserError when another process trains in the folder, or when it cannot be written to. */
export async function lockRun(folder: string): Promise<RunLock> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const before = await claimsIn(folder);
    refuseOthers(folder, before);
    const number = 1 + Math.max(0, ...before.map((claim) => claim.number));
    const file = join(folder, `training-${number}.lock`);
    const text = `${JSON.stringify({ ...thisProcess(), claim: randomUUID() })}\n`;
    if (!(await claim(file, text))) continue; // another process took the number
    try {
      const others = (await claimsIn(folder)).filter((other) => other.file !== file);
      refuseOthers(folder, others);
      for (const ended of others) await rm(ended.file, { force: true });
      await removeUnfinished(folder);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return {
      assertHeld: async () => {
        if ((await readClaim(file)) === text) return;
        throw new UserError(
          `the lock of this run, ${file}, is gone: the folder was moved or removed, or another run may be training there`,
          "nothing more was written; resume the run from its last checkpoint by --resume",
        );
      },
      release: async () => {
        if ((await readClaim(file)) === text) await rm(file, { force: true });
      },
    };
  }
  throw new UserError(
    `${folder} cannot be locked: a file there has the name of a lock but is not one`,
    "remove training-N.lock there, or choose another folder by --out",
  );
}

/** Names of files that `lockRun` leaves in a folder while it is locked. */
export function isLock(name: string): boolean {
  return lockName.test(name) || partName.test(name);
}

/** `false`: the file is there already. It appears with its whole text. */
async function claim(file: string, text: string): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, text, { flag: "wx", flush: true });
    try {
      await link(temporary, file);
    } catch (error) {
      if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
      // a file system without hard links
      const handle = await open(file, "wx");
      await handle.writeFile(text);
      await handle.close();
    }
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw cannotWrite(file, error, "choose another folder by --out");
  } finally {
    await rm(temporary, { force: true });
  }
}

function refuseOthers(folder: string, claims: readonly Claim[]): void {
  for (const { file, holder } of claims) {
    if (holder === undefined) {
      throw new UserError(
        `${folder} is locked by ${file}, which does not name a process`,
        `if no run trains there, delete ${file}`,
      );
    }
    const running = isRunning(holder);
    if (running === undefined) {
      throw new UserError(
        `${folder} is in use: process ${holder.process} on ${holder.host} trains there (${file})`,
        `wait for it, or choose another folder by --out; if it has ended, delete ${file}`,
      );
    }
    if (running) {
      throw new UserError(
        `${folder} is in use: process ${holder.process} trains there`,
        "wait for it or stop it, or choose another folder by --out",
      );
    }
  }
}

async function claimsIn(folder: string): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const name of await namesIn(folder)) {
    const [, number] = lockName.exec(name) ?? [];
    if (number === undefined) continue;
    const file = join(folder, name);
    const text = await readClaim(file);
    if (text !== undefined) claims.push({ file, number: Number(number), text, holder: holderIn(text) });
  }
  return claims;
}

/** `undefined`: it was removed meanwhile. */
async function readClaim(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function holderIn(text: string): ProcessIdentity | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { host, process: id, started } = value;
  if (typeof host !== "string" || typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0)
    return undefined;
  return { host, process: id, started: typeof started === "string" ? started : null };
}

/** Of processes that ended between writing a claim and giving it its name; one without a text may be in the making. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!partName.test(name)) continue;
    const file = join(folder, name);
    const text = await readClaim(file);
    if (text === undefined) continue;
    const holder = holderIn(text);
    const ended = holder === undefined ? await isOld(file) : isRunning(holder) === false;
    if (ended) await rm(file, { force: true });
  }
}

/** Older than it takes to write a line. */
async function isOld(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > 60_000;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw cannotWrite(folder, error, "choose another folder by --out");
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
