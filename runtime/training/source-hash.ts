/** The hash by which weights remember the program they were trained from. */
import { createHash } from "node:crypto";
import type { SourceFile } from "../../compiler/compile.ts";

/** SHA-256 over the hashes of the file's text and of everything it imports, in hexadecimal; paths do not count. */
export function sourceHash(files: ReadonlyMap<string, SourceFile>): string {
  const hashes = [...files.values()].map(({ text }) => sha256(text)).sort();
  return sha256(hashes.join("\n"));
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
