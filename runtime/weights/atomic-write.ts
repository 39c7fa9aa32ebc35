/** Writing a file so that a reader finds the old one or the whole new one, and never a part. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { UserError } from "../user-error.ts";

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
    await rm(temporary, { force: true });
    throw new UserError(
      `${file} cannot be written: ${error instanceof Error ? error.message.replaceAll(temporary, file) : String(error)}`,
      "Check that its folder exists, may be written to and has room.",
    );
  }
}
