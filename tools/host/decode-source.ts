/** The bytes of a `.fcn` file as text. */
import { extname } from "node:path";
import { imageExtensions } from "../../runtime/images/image-format.ts";
import { UserError } from "../../runtime/user-error.ts";

/** U+FEFF in UTF-8, which some editors write at the start of a file. It is no part of the text. */
export const byteOrderMark: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

export function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, index) => bytes[index] === byte);
}

/**
 * `shown` is the path that messages name.
 * @throws UserError when the bytes are binary, or not UTF-8: with the line and the byte, or that the text is UTF-16.
 */
export function decodeSource(bytes: Uint8Array, shown: string): string {
  if (startsAsUtf16(bytes)) throw new UserError(`${shown}: the text is UTF-16`, "save it as UTF-8");
  if (bytes.includes(0)) throw binary(shown);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw notUtf8(bytes, shown);
  }
}

function binary(shown: string): UserError {
  const ending = extname(shown).toLowerCase();
  if (!imageExtensions.includes(ending))
    return new UserError(`${shown}: this is a binary file`, "give a .fcn file");
  return new UserError(
    `${shown}: this is an image, and a program is expected here`,
    "give a .fcn file; in fcn predict, the program comes first and the images after it",
  );
}

/** A byte order mark of UTF-16 (RFC 2781, section 3.2), which no UTF-8 text begins with. */
function startsAsUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Lines, and the bytes of a line, count from 1. */
function notUtf8(bytes: Uint8Array, shown: string): UserError {
  const at = firstInvalid(bytes);
  // The bytes before it are UTF-8, in which no part of another character looks like a line end.
  const lines = Buffer.from(bytes.subarray(0, at))
    .toString("latin1")
    .split(/\r\n?|\n/);
  const value = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return new UserError(
    `${shown}:${lines.length}: byte ${(lines.at(-1)?.length ?? 0) + 1} of the line (0x${value}) is not UTF-8`,
    "save the file as UTF-8; it may be in Latin-1 or Windows-1252, or not a text file",
  );
}

/** Where the bytes differ from those of what they are read as, in which U+FFFD stands for each that is not UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  const read = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === read[at]) at += 1;
  // Bytes that begin as U+FFFD does differ only inside the character.
  while (at > 0 && ((read[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
