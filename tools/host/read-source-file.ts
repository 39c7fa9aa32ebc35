/** One `.fcn` file from disk, as the compiler takes it. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { SourceFile } from "../../compiler/compile.ts";
import { UserError } from "../../runtime/user-error.ts";
import { decodeSource } from "./decode-source.ts";

/** Of a source, in bytes: far beyond what anybody writes, and little enough to be checked in seconds. */
export const largestSource = 2 * 2 ** 20;

/**
 * `path` as the user wrote it.
 * @throws UserError when it is missing, a folder, not readable, not UTF-8, binary or larger than `largestSource`.
 */
export function readSourceFile(path: string): SourceFile {
  const file = readIfThere(path, path);
  if (file === undefined) throw new UserError(`${path}: no such file`, "give the path of a .fcn file");
  return file;
}

/**
 * `undefined` when no file is there; `shown` is the path that diagnostics will name. `regular`: a pipe or a device,
 * which may never end, is refused.
 */
export function readIfThere(path: string, shown: string, { regular = false } = {}): SourceFile | undefined {
  try {
    if (regular && !statSync(path).isFile() && !statSync(path).isDirectory())
      throw new UserError(`${shown}: this is not a regular file`, "give a .fcn file");
    return { path: shown, text: decodeSource(readBounded(path, shown), shown) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    if (code === "EISDIR") throw new UserError(`${shown}: this is a folder`, "give a .fcn file in it");
    if (code === "EACCES" || code === "EPERM") {
      throw new UserError(`${shown}: not readable`, "change the file's permissions");
    }
    throw error;
  }
}

function readBounded(path: string, shown: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const parts: Uint8Array[] = [];
    for (let size = 0; ; ) {
      const part = new Uint8Array(2 ** 16);
      const count = readSync(file, part);
      if (count === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, count));
      size += count;
      if (size > largestSource)
        throw new UserError(
          `${shown}: this is larger than ${largestSource / 2 ** 20} MiB, the limit of a program`,
          "write repeated parts as a block or a loop, and import shared parts",
        );
    }
  } finally {
    closeSync(file);
  }
}
