/** The bytes of an image file, or of standard input ("-"): only of regular files in an image format, since reading a pipe can wait for ever. */
import { open, stat } from "node:fs/promises";
import { errorCode, reasonOf } from "../files/file-error.ts";
import { UserError } from "../user-error.ts";
import { type ImageFormat, imageFormat, signatureLength } from "./image-format.ts";
import { readStandardInput, standardInput } from "./standard-input.ts";

/** A file of no bytes. */
export class EmptyFile extends UserError {
  override readonly name = "EmptyFile";
}

export interface ImageBytes {
  readonly format: ImageFormat;
  readonly bytes: Uint8Array;
}

/**
 * @param most bytes from the start of the file, if not more; left out: all
 * @throws UserError when the file is missing, cannot be read, or is no image by its first bytes; EmptyFile
 */
export async function readImageBytes(file: string, most = Number.POSITIVE_INFINITY): Promise<ImageBytes> {
  if (file === standardInput) {
    const bytes = await readStandardInput();
    if (bytes.length === 0) throw new EmptyFile("standard input is empty");
    return { format: imageFormat(bytes, "standard input"), bytes };
  }
  await checkRegular(file);
  try {
    const handle = await open(file);
    try {
      const start = new Uint8Array(Math.min(Math.max(most, signatureLength), 64));
      const { bytesRead } = await handle.read(start, 0, start.length, 0);
      if (bytesRead === 0) throw new EmptyFile(`${file} is empty`, "delete it or copy it again");
      const format = imageFormat(start.subarray(0, bytesRead), file);
      if (most <= start.length) return { format, bytes: start.subarray(0, bytesRead) };
      return { format, bytes: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

async function checkRegular(file: string): Promise<void> {
  const entry = await stat(file).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT")
      throw new UserError(
        `${file} does not exist`,
        "paths are relative to the working directory; check the name and its ending",
      );
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  });
  if (entry.isFile()) return;
  throw new UserError(
    `${file} is ${entry.isDirectory() ? "a folder" : "a pipe, a socket or a device"}, not an image file`,
    "remove it",
  );
}

/** A decoder's complaint as one a person can act on. */
export function undecodable(file: string, error: unknown): UserError {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return new UserError(
    `${file} cannot be decoded: it is damaged or truncated (${reason})`,
    "copy it again from its source, or remove it",
  );
}
