/** One `.fcn` file from disk, as the compiler takes it. */
import { readFileSync } from "node:fs";
import type { SourceFile } from "../../compiler/compile.ts";
import { UserError } from "../../runtime/user-error.ts";

/**
 * `path` as the user wrote it. Bytes that are not UTF-8 become U+FFFD, which the grammar reports at their place.
 * @throws UserError when it is missing, a folder, not readable, or UTF-16.
 */
export function readSourceFile(path: string): SourceFile {
  const file = readIfThere(path, path);
  if (file === undefined) throw new UserError(`${path}: no such file`, "give the path of a .fcn file");
  return file;
}

/** `undefined` when no file is there; `shown` is the path that diagnostics will name. */
export function readIfThere(path: string, shown: string): SourceFile | undefined {
  try {
    const bytes = readFileSync(path);
    if (startsAsUtf16(bytes)) throw new UserError(`${shown}: the text is UTF-16`, "save it as UTF-8");
    return { path: shown, text: new TextDecoder().decode(bytes) };
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

/** A byte order mark of UTF-16 (RFC 2781, section 3.2), which no UTF-8 text begins with. */
function startsAsUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
