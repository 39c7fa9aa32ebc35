/** Writing a file so that a reader finds the old one or the whole new one, and never a part. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { cannotWrite } from "./cannot-write.ts";

/**
 * Writes beside the target under a temporary name, flushes to the device, renames.
 * @throws UserError naming the file when it cannot be written; nothing is left behind then.
 */
export async function writeAtomically(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const growing = await GrowingFile.open(file);
  for (const part of parts) await growing.append(part);
  await growing.commit();
}

/** A file that is written part by part, and is there when it is whole. */
export class GrowingFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;

  private constructor(file: string, temporary: string, handle: FileHandle) {
    this.#file = file;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** @throws UserError naming the file when it cannot be written */
  static async open(file: string): Promise<GrowingFile> {
    const temporary = `${file}.${randomUUID()}.part`;
    try {
      return new GrowingFile(file, temporary, await open(temporary, "wx"));
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }

  /** @throws UserError naming the file; nothing is left behind then */
  async append(part: Uint8Array): Promise<void> {
    await this.#orDiscard(() => this.#handle.writeFile(part));
  }

  /** Replaces bytes that were appended. @throws UserError naming the file; nothing is left behind then */
  async overwrite(at: number, part: Uint8Array): Promise<void> {
    await this.#orDiscard(async () => {
      await this.#handle.write(part, 0, part.length, at);
    });
  }

  /** @throws UserError naming the file; nothing is left behind then */
  async commit(): Promise<void> {
    await this.#orDiscard(async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.#file);
    });
  }

  /** Leaves nothing behind. May be called after `commit`, which it does not undo. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // it may be closed already
    await rm(this.#temporary, { force: true }).catch(() => undefined); // the error of the path is thrown by what writes
  }

  async #orDiscard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.discard();
      throw cannotWrite(this.#file, error);
    }
  }
}

const ending = /^\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.part$/;

/** Whether a name is the temporary one of a file, as a program leaves it that was killed while it wrote. */
export function isPartOf(name: string, file: string): boolean {
  return name.startsWith(file) && ending.test(name.slice(file.length));
}
