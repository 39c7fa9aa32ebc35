/** One `.fcn` file from disk, as the compiler takes it. */
import { readFileSync } from "node:fs";
import type { SourceFile } from "../../compiler/compile.ts";
import { UserError } from "../../runtime/user-error.ts";
import { decodeSource } from "./decode-source.ts";

/**
 * `path` as the user wrote it.
 * @throws UserError when it is missing, a folder, not readable, or not UTF-8.
 */
export function readSourceFile(path: string): SourceFile {
  const file = readIfThere(path, path);
  if (file === undefined) throw new UserError(`${path}: no such file`, "give the path of a .fcn file");
  return file;
}

/** `undefined` when no file is there; `shown` is the path that diagnostics will name. */
export function readIfThere(path: string, shown: string): SourceFile | undefined {
  try {
    return { path: shown, text: decodeSource(readFileSync(path), shown) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EISDIR") throw new UserError(`${shown}: this is a folder`, "give a .fcn file in it");
    if (code === "EACCES" || code === "EPERM") {
      throw new UserError(`${shown}: not readable`, "change the file's permissions");
    }
    throw error;
  }
}
