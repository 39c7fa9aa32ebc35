/** Writes the files of one result together: all under temporary names first, so that a failure leaves nothing half-written. */
import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { reasonOf } from "../../../runtime/files/file-error.ts";
import { UserError } from "../../../runtime/user-error.ts";

/**
 * @param files by path; of several, a folder that is missing is made
 * @param replace whether files that exist may be replaced
 * @throws UserError naming the file, when one exists and may not be replaced, or cannot be written; no file has changed then.
 */
export async function writeFiles(files: ReadonlyMap<string, Uint8Array>, replace: boolean): Promise<void> {
  const existing = [...files.keys()].filter((path) => existsSync(path));
  if (existing.length > 0 && !replace) {
    throw new UserError(
      `${existing.join(", ")} already exists`,
      "choose another name with -o, or overwrite it with --force",
    );
  }
  const folder = existing.find((path) => statSync(path).isDirectory());
  if (folder !== undefined) {
    throw new UserError(
      `${folder} is a folder, and a file of that name would be written`,
      "move the folder, or choose another name with -o",
    );
  }
  const temporaries = new Map([...files.keys()].map((path) => [path, `${path}.${randomUUID()}.part`]));
  let current = "";
  try {
    for (const [path, temporary] of temporaries) {
      current = path;
      if (files.size > 1 && !existsSync(dirname(path))) await mkdir(dirname(path));
      const handle = await open(temporary, "wx");
      try {
        await handle.writeFile(files.get(path) ?? new Uint8Array());
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    for (const [path, temporary] of temporaries) {
      current = path;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const temporary of temporaries.values()) await rm(temporary, { force: true });
    const reason = reasonOf(error);
    throw new UserError(
      `${current} cannot be written: ${reason.replaceAll(temporaries.get(current) ?? "", current)}`,
      "check that its folder exists, is writable and has free space, or choose another name with -o",
    );
  }
}
