/** Changing a program of the user: the file stays what and where it was, only its text is another. */
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { constants } from "node:fs";
import { access, type FileHandle, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, reasonOf } from "../../runtime/files/file-error.ts";
import { UserError } from "../../runtime/user-error.ts";
import { byteOrderMark, decodeSource, startsWithByteOrderMark } from "./decode-source.ts";

/**
 * Replaces the text `before`, as it was read, by `after`. A symbolic link stays one, and the file it leads to is written;
 * mode, owner, group and a byte order mark stay. Written under a temporary name and renamed; a file that has several names
 * (hard links), or whose owner a new file cannot have, is written in place, with the whole new text beside it meanwhile.
 *
 * @throws UserError when the file may not be written (also when only its mode says so, and the user is root), when it is no
 * longer what was read, and when writing fails. The old text is there then, or the message names the file with the new one.
 */
export async function rewriteSourceFile(path: string, before: string, after: string): Promise<void> {
  try {
    const target = await realpath(path);
    const found = await stat(target);
    await refuseReadOnly(path, target, found);
    const bytes = await readFile(target);
    if (decodeSource(bytes, path) !== before) {
      throw new UserError(`${path} has changed in the meantime and was not written`, "run the command again");
    }
    const text = new TextEncoder().encode(after);
    await replace(
      target,
      found,
      startsWithByteOrderMark(bytes) ? Buffer.concat([byteOrderMark, text]) : text,
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (errorCode(error) === "ENOENT") throw new UserError(`${path} was removed in the meantime`);
    throw new UserError(
      `${path} cannot be written: ${reasonOf(error)}`,
      "check that its folder is writable and has free space",
    );
  }
}

async function refuseReadOnly(path: string, target: string, { mode }: Stats): Promise<void> {
  const refusal = new UserError(`${path} is read-only`, `make it writable first: chmod u+w ${path}`);
  if ((mode & 0o222) === 0) throw refusal;
  try {
    await access(target, constants.W_OK);
  } catch {
    throw refusal;
  }
}

async function replace(target: string, found: Stats, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(target), `.fcn-${randomUUID()}.part`);
  let keep = false;
  try {
    const handle = await open(temporary, "wx", 0o600);
    let alike: boolean;
    try {
      await writeWhole(handle, bytes);
      alike = found.nlink === 1 && (await makeAlike(handle, found));
    } finally {
      await handle.close();
    }
    if (alike) {
      await rename(temporary, target);
      return;
    }
    keep = true;
    await writeInPlace(target, temporary, bytes);
    keep = false;
  } finally {
    if (!keep) await rm(temporary, { force: true });
  }
}

/** Owner, group and mode. `false` where the system refuses one of them. */
async function makeAlike(handle: FileHandle, { uid, gid, mode }: Stats): Promise<boolean> {
  try {
    const own = await handle.stat();
    if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o7777);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EPERM" || error.code === "EINVAL"))
      return false;
    throw error;
  }
}

async function writeInPlace(target: string, copy: string, bytes: Uint8Array): Promise<void> {
  try {
    const handle = await open(target, "r+");
    try {
      await handle.truncate(0);
      await writeWhole(handle, bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UserError(`${target} cannot be written: ${reasonOf(error)}`, `the new text is in ${copy}`);
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.writeFile(bytes);
  await handle.sync();
}
