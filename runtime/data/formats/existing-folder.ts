/** The folder of the data. */
import { resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { isFolder } from "../layouts.ts";

/** @throws UserError when there is none of that name */
export async function existingFolder(path: string): Promise<string> {
  const directory = resolve(path);
  if (!(await isFolder(directory))) throw new UserError(`the data folder ${directory} does not exist`);
  return directory;
}
