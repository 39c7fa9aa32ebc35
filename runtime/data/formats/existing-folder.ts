/** The folder of the data. */
import { resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { isFolder } from "../layouts.ts";

/** @throws UserError when there is none of that name */
export async function existingFolder(path: string): Promise<string> {
  const directory = resolve(path);
  if (await isFolder(directory)) return directory;
  throw new UserError(
    `the data folder ${directory} does not exist`,
    "correct it in the data entry of the train section, where it is relative to the program, or give another by --data DIR, relative to the working directory",
  );
}
