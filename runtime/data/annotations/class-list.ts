/** The classes of images in a CSV file: a line of column names, then one image a line. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { reasonOf } from "../../files/file-error.ts";
import { UserError } from "../../user-error.ts";
import { fieldsIn, separatorOf } from "./delimited.ts";

/** By the name that a line gives the image. */
type ClassList = ReadonlyMap<string, { readonly name: string; readonly line: number }>;

/** By path: a list is read for every image. */
const known = new Map<string, { readonly changed: number; readonly list: ClassList }>();

/**
 * A line names an image by what the stars of the pattern match, by its file, or by its file without the extension.
 * @throws UserError naming the file and the line; when no line names the image
 */
export async function classInList(
  file: string,
  { name, image }: { readonly name: string; readonly image: string },
): Promise<{ name: string; at: string }> {
  const list = await readList(file);
  const own = basename(image);
  const row = [name, own, own.replace(/\.[^.]*$/, "")]
    .map((one) => list.get(one))
    .find((one) => one !== undefined);
  if (row !== undefined) return { name: row.name, at: `${file}:${row.line}` };
  throw new UserError(`${file} has no line for ${image}`, `name it in the column image: ${own}, ${name}`);
}

async function readList(file: string): Promise<ClassList> {
  try {
    const changed = (await stat(file)).mtimeMs;
    const before = known.get(file);
    if (before?.changed === changed) return before.list;
    const list = parsed(await readFile(file, "utf8"), file);
    known.set(file, { changed, list });
    return list;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the list ${file} cannot be read: ${reasonOf(error)}`);
  }
}

function parsed(text: string, file: string): ClassList {
  const [head = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const separator = separatorOf(head);
  const columns = fieldsIn(head, separator).map((name) => name.toLowerCase());
  const [image, label] = [columns.indexOf("image"), columns.indexOf("class")];
  if (image < 0 || label < 0)
    throw new UserError(
      `${file}:1: the columns image and class are missing, found "${head.slice(0, 80)}"`,
      "the first line names the columns: image,class",
    );
  const list = new Map<string, { name: string; line: number }>();
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const fields = fieldsIn(line, separator);
    const [key, name] = [fields[image], fields[label]];
    if (!key || !name)
      throw new UserError(
        `${file}:${i + 2}: an image and its class are wanted, found "${line.slice(0, 80)}"`,
      );
    const other = list.get(key);
    if (other !== undefined && other.name !== name)
      throw new UserError(
        `${file}:${i + 2}: ${key} is ${name} here, and ${other.name} in line ${other.line}`,
      );
    list.set(key, { name, line: i + 2 });
  }
  return list;
}
