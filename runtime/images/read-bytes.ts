/** The bytes of an image file, and what its first bytes say it is. */
import { readFile } from "node:fs/promises";
import { UserError } from "../user-error.ts";

/** A file of no bytes. */
export class EmptyFile extends UserError {
  override readonly name = "EmptyFile";
}

/** @throws UserError when the file cannot be read; EmptyFile */
export async function readImageBytes(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw new UserError(
      code === "ENOENT"
        ? `${file} does not exist`
        : `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (bytes.length === 0) throw new EmptyFile(`${file} is empty`, "Delete it or copy it again.");
  return bytes;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG specification, section 5.2. */
export function isPng(bytes: Uint8Array): boolean {
  return pngSignature.every((byte, i) => bytes[i] === byte);
}

/** The start-of-image marker of JPEG (ITU-T T.81, annex B). */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** A decoder's complaint as one a person can act on. */
export function undecodable(file: string, error: unknown): UserError {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return new UserError(
    `${file} cannot be decoded: it is damaged, cut short or no image (${reason})`,
    "Copy it again from where it came from, or leave it out.",
  );
}
