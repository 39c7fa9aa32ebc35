/** The hash by which weights remember the program they were trained from. */
import { createHash } from "node:crypto";
import type { SourceFile } from "../../compiler/compile.ts";

/**
 * SHA-256 over the hashes of the file's text and of everything it imports, in hexadecimal. Paths do not count, nor does the
 * marker of a project; nor do settings, which are parameters of the network.
 */
export function sourceHash(files: ReadonlyMap<string, SourceFile>): string {
  const hashes = [...files.values()]
    .filter(({ kind }) => kind !== "setting" && kind !== "marker")
    .map(({ text }) => sha256(text))
    .sort();
  return sha256(hashes.join("\n"));
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
