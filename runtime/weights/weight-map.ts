/**
 * A name map, `--map FILE`: how the tensors of a weights file are called in a network.
 *
 * A line is `NAME IN THE FILE -> NAME IN THE NETWORK`. A `*` at the end of both stands for the same rest: `features.0.* -> conv1.*`.
 * `NAME -> unused` leaves a tensor out. `#` begins a comment. An exact line wins over a `*`, a longer beginning over a shorter one.
 */
import { readFile, stat } from "node:fs/promises";
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";

export interface Renaming {
  /** Counted from 1. */
  readonly line: number;
  /** A name, or its beginning where `all`. */
  readonly from: string;
  /** `undefined`: left out. */
  readonly to: string | undefined;
  /** Every tensor whose name begins with `from`. */
  readonly all: boolean;
}

export interface WeightMap {
  readonly file: string;
  readonly renamings: readonly Renaming[];
}

/** Bytes; a line a tensor stays far below. */
const largest = 10_000_000;

const example = "write NAME IN THE FILE -> NAME IN THE NETWORK, e.g. features.0.weight -> conv1.weight";

/** @throws UserError naming the file, and the line of a mistake. */
export async function readWeightMap(file: string): Promise<WeightMap> {
  let bytes: Uint8Array;
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new Error("it is not a regular file");
    if (found.size > largest) throw new Error(`it has ${found.size} bytes, and at most ${largest} are read`);
    bytes = await readFile(file);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file} is not a file of renamings: it is not UTF-8 text`, example);
  }
  return parseWeightMap(text, file);
}

/** @throws UserError naming the file and the line. */
export function parseWeightMap(text: string, file: string): WeightMap {
  const renamings: Renaming[] = [];
  const lines = new Map<string, number>();
  for (const [index, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const written = whole.replace(/(^|\s)#.*$/u, "").trim();
    if (written === "") continue;
    const renaming = parseLine(written, index + 1, file);
    const key = `${renaming.from}${renaming.all ? "*" : ""}`;
    const before = lines.get(key);
    if (before !== undefined)
      throw mapError(file, renaming.line, `${quoteName(key)} is renamed twice: line ${before} does it too`);
    lines.set(key, renaming.line);
    renamings.push(renaming);
  }
  return { file, renamings };
}

function parseLine(written: string, line: number, file: string): Renaming {
  const [from = "", to = "", more] = written.split("->").map((part) => part.trim());
  if (from === "" || to === "" || more !== undefined)
    throw mapError(file, line, "this is not a renaming", example);
  const unused = to === "unused";
  const all = from.endsWith("*");
  for (const name of [from, ...(unused ? [] : [to])])
    if (name.slice(0, -1).includes("*"))
      throw mapError(file, line, `${quoteName(name)} has a * before its end`);
  if (!unused && all !== to.endsWith("*"))
    throw mapError(file, line, "one name ends in * and the other does not", "write * at the end of both");
  const bare = (name: string): string => (name.endsWith("*") ? name.slice(0, -1) : name);
  return { line, from: bare(from), to: unused ? undefined : bare(to), all };
}

export function mapError(file: string, line: number, what: string, help?: string): UserError {
  return new UserError(`${file}:${line}: ${what}`, help);
}
