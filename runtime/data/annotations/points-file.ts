/** Points in a CSV file: a line of column names, then one point a line. */
import { readFile } from "node:fs/promises";
import { reasonOf } from "../../files/file-error.ts";
import { UserError } from "../../user-error.ts";
import { fieldsIn, separatorOf } from "./delimited.ts";

/** In pixels of the image; its upper left corner is (0, 0), the centre of its first pixel (0.5, 0.5). */
export interface NamedPoint {
  readonly y: number;
  readonly x: number;
  /** `undefined`: the file has no column `class`. */
  readonly name: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

export function isPointsFile(path: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(path);
}

/**
 * The columns `x` and `y`, and `class` where there is one; others are not read. They are separated by commas, semicolons or tabs.
 * @throws UserError naming file and line
 */
export async function readPoints(file: string): Promise<readonly NamedPoint[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`the points ${file} cannot be read: ${reasonOf(error)}`);
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const [head = ""] = lines;
  const separator = separatorOf(head);
  const fieldsOf = (line: string) => fieldsIn(line, separator);
  const columns = fieldsOf(head).map((name) => name.toLowerCase());
  const [x, y, named] = ["x", "y", "class"].map((name) => columns.indexOf(name));
  if (x === undefined || y === undefined || x < 0 || y < 0) {
    throw new UserError(
      `${file}:1: the columns x and y are missing, found "${head.slice(0, 80)}"`,
      "the first line names the columns: x,y or x,y,class; x is to the right and y down, in pixels from the upper left corner",
    );
  }
  return lines.slice(1).flatMap((line, i): NamedPoint[] => {
    if (line.trim() === "") return [];
    const fields = fieldsOf(line);
    const at = { x: numberIn(fields[x]), y: numberIn(fields[y]) };
    if (!Number.isFinite(at.x) || !Number.isFinite(at.y))
      throw new UserError(`${file}:${i + 2}: x and y are two numbers, found "${line.slice(0, 80)}"`);
    const name = named === undefined || named < 0 ? undefined : fields[named];
    return [{ ...at, name, line: i + 2 }];
  });
}

function numberIn(field: string | undefined): number {
  return field === undefined || field === "" ? Number.NaN : Number(field);
}
