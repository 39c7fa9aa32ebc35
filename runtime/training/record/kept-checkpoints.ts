/** The checkpoints of the last epochs, beside the one that a run resumes from. */
import { readdirSync, statSync } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cannotWrite } from "../../files/cannot-write.ts";

const named = /^epoch-(\d+)\.safetensors(\.part)?$/;

export function epochCheckpoint(folder: string, epoch: number): string {
  return join(folder, `epoch-${String(epoch).padStart(4, "0")}.safetensors`);
}

/**
 * Keeps a checkpoint of a whole epoch under its number, and removes those of epochs before the last `most` and of later ones, which a
 * run that continues from here makes again. It shares its bytes with the file where the file system can.
 * @throws UserError when it cannot be written; the checkpoint itself is left as it is
 */
export async function keepCheckpoint(
  folder: string,
  checkpoint: string,
  epoch: number,
  most: number,
): Promise<void> {
  const file = epochCheckpoint(folder, epoch);
  try {
    if (most > 0) {
      await mkdir(folder, { recursive: true });
      const part = `${file}.part`;
      await rm(part, { force: true });
      await link(checkpoint, part).catch(() => copyFile(checkpoint, part)); // not every file system has links
      await rename(part, file);
    }
    await removeCheckpoints(folder, (kept) => kept <= epoch - most || kept > epoch);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** That of the last epoch; `undefined`: none is kept. */
export function lastKeptCheckpoint(folder: string): string | undefined {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const epochs = names.flatMap((name) => {
    const [, epoch, part] = named.exec(name) ?? [];
    return epoch === undefined || part !== undefined ? [] : [Number(epoch)];
  });
  return epochs.length === 0 ? undefined : epochCheckpoint(folder, Math.max(...epochs));
}

/** Removes those of the given epochs, unfinished ones too; the folder stays. */
export async function removeCheckpoints(folder: string, which: (epoch: number) => boolean): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, epoch, part] = named.exec(name) ?? [];
    if (epoch !== undefined && (part !== undefined || which(Number(epoch))))
      await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
