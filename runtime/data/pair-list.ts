/** Pairs named in a text file, one "image label" a line. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UserError } from "../user-error.ts";
import type { Pair } from "./pair.ts";

/**
 * Fields are separated by a tab or a comma if the line has one, else by spaces; "#" starts a comment line.
 * Paths are relative to the list.
 * @throws UserError naming file and line
 */
export async function readPairList(file: string): Promise<readonly Pair[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(
      `the list ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const pairs: Pair[] = [];
  for (const [i, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const separator = trimmed.includes("\t") ? /\t+/ : trimmed.includes(",") ? "," : /\s+/;
    const [image, label, ...more] = trimmed.split(separator).map((field) => field.trim());
    if (!image || !label || more.length > 0) {
      throw new UserError(
        `${file}:${i + 1}: expected the paths of an image and its label, found "${trimmed}"`,
        "write the two paths with a space between them, or a tab or comma if names contain spaces",
      );
    }
    const folder = dirname(file);
    pairs.push({ name: image, image: resolve(folder, image), label: resolve(folder, label) });
  }
  if (pairs.length === 0) throw new UserError(`the list ${file} has no pairs`);
  return pairs;
}
