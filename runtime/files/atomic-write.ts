/** Writing a file so that a reader finds the old one or the whole new one, and never a part. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { cannotWrite } from "./cannot-write.ts";

/**
 * Writes beside the target under a temporary name, flushes to the device, renames.
 * @throws UserError naming the file when it cannot be written; nothing is left behind then.
 */
export async function writeAtomically(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(temporary, "wx");
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // what is wrong with the path is said below
    throw cannotWrite(file, error);
  }
}

const ending = /^\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.part$/;

/** Whether a name is the temporary one of a file, as a program leaves it that was killed while it wrote. */
export function isPartOf(name: string, file: string): boolean {
  return name.startsWith(file) && ending.test(name.slice(file.length));
}
