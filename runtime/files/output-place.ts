/** Checks whether a command can write to its output path, before anything that takes time. */
import { constants, existsSync, mkdirSync, statSync } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../user-error.ts";
import { errorCode, reasonOf } from "./file-error.ts";

/** Makes nothing: a folder that is not there yet is made when the first file is written into it. */
export async function checkOutputFolder(folder: string): Promise<void> {
  const nearest = await nearestThatExists(resolve(folder), folder);
  await access(nearest, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unusable(folder, nearest === resolve(folder) ? reasonOf(error) : `${nearest}: ${reasonOf(error)}`);
  });
}

/**
 * With the folders above it. One after the other: Node's own recursion never ends where the system says that a folder above is
 * missing although it is there, as in /proc.
 * @returns the first of them that had to be made; `undefined`: all were there
 * @throws UserError when it cannot be made
 */
export function makeOutputFolder(folder: string, help?: string): string | undefined {
  const missing: string[] = [];
  for (let place = resolve(folder); !existsSync(place); place = dirname(place)) missing.unshift(place);
  for (const place of missing) {
    try {
      mkdirSync(place);
    } catch (error) {
      if (errorCode(error) === "EEXIST" && isFolder(place)) continue; // another program made it meanwhile
      const reason = errorCode(error) === "ENOENT" ? "no folder can be made there" : reasonOf(error);
      throw unusable(folder, reason, help);
    }
  }
  if (!isFolder(folder)) throw unusable(folder, "it is a file, not a folder", help);
  return missing[0];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A file in a folder that is there. @throws UserError */
export async function checkOutputFile(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const parent = await stat(folder).catch((error: unknown) => {
    throw unwritable(
      file,
      errorCode(error) === "ENOENT" ? `the folder ${folder} does not exist` : reasonOf(error),
    );
  });
  if (!parent.isDirectory()) throw unwritable(file, `${folder} is not a folder`);
  const entry = await stat(file).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw unwritable(file, reasonOf(error));
  });
  if (entry?.isDirectory()) throw unwritable(file, "it is a folder");
  // A file is replaced by a new one: a device would be lost.
  if (entry?.isFile() === false) throw unwritable(file, "it is a pipe, a socket or a device");
  // The folder takes the new file, and a file that must not be changed must not be replaced either.
  for (const place of entry === undefined ? [folder] : [folder, file])
    await access(place, constants.W_OK).catch((error: unknown) => {
      throw unwritable(file, place === file ? reasonOf(error) : `${folder}: ${reasonOf(error)}`);
    });
}

/** The folder itself, or the nearest above it that is there. */
async function nearestThatExists(path: string, folder: string): Promise<string> {
  for (let place = path; ; place = dirname(place)) {
    const entry = await stat(place).catch((error: unknown) => {
      const code = errorCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw unusable(folder, reasonOf(error));
    });
    if (entry?.isDirectory()) return place;
    const what = place === path ? "it" : place;
    if (entry !== undefined) throw unusable(folder, `${what} is a file, not a folder`);
    if (await isThere(place)) throw unusable(folder, `${what} is a symbolic link to nothing`);
  }
}

/** A symbolic link counts, wherever it points. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false, // whatever the reason: the folder above is asked next
  );
}

function unusable(folder: string, reason: string, help = "choose another folder"): UserError {
  return new UserError(`${folder} cannot be written: ${reason}`, help);
}

function unwritable(file: string, reason: string): UserError {
  return new UserError(`${file} cannot be written: ${reason}`, "choose another file");
}
