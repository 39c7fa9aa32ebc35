/** One file of a prediction to standard output, when all of it is there: a program that reads it never gets a part. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../../../runtime/user-error.ts";

export const standardOutput = "-";

/**
 * Runs what writes into a folder, and copies the file that it names.
 * @throws UserError when standard output is a terminal
 */
export async function toStandardOutput(write: (folder: string) => Promise<string>): Promise<void> {
  if (process.stdout.isTTY === true)
    throw new UserError(
      "--out - writes an image to standard output, which is a terminal",
      "redirect it: … --out - > labels.png, or give a folder: --out DIR",
    );
  const folder = await mkdtemp(join(tmpdir(), "fcn-predict-"));
  try {
    await pipeline(createReadStream(await write(folder)), process.stdout, { end: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
