/** What an image file is, by its first bytes; its name says nothing. */
import { UserError } from "../user-error.ts";

export type ImageFormat = "PNG" | "JPEG" | "TIFF" | "WebP" | "GIF" | "AVIF";

/** What names of image files usually end in; for finding them in folders. */
export const imageExtensions: readonly string[] = [
  ".png",
  ".jpg",
  ".jpeg",
  ".tif",
  ".tiff",
  ".webp",
  ".gif",
  ".avif",
];

/** The first bytes that `imageFormat` looks at. */
export const signatureLength = 12;

/** PNG specification, section 5.2. */
export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/**
 * JPEG: ITU-T T.81, annex B. TIFF: revision 6.0, section 2, and BigTIFF. WebP: RFC 9649, section 2.4. GIF: version 89a,
 * section 17. AVIF: ISO/IEC 14496-12, section 4.3, brand "avif".
 */
const signatures: readonly (readonly [format: ImageFormat, at: number, bytes: readonly number[]])[] = [
  ["PNG", 0, pngSignature],
  ["JPEG", 0, [0xff, 0xd8, 0xff]],
  ["TIFF", 0, [0x49, 0x49, 0x2a, 0x00]],
  ["TIFF", 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ["TIFF", 0, [0x49, 0x49, 0x2b, 0x00]],
  ["TIFF", 0, [0x4d, 0x4d, 0x00, 0x2b]],
  ["WebP", 8, ascii("WEBP")],
  ["GIF", 0, ascii("GIF8")],
  ["AVIF", 4, ascii("ftypavif")],
];

/** @throws UserError when it is none that is read here */
export function imageFormat(bytes: Uint8Array, file: string): ImageFormat {
  const found = signatures.find(([, at, signature]) => signature.every((byte, i) => bytes[at + i] === byte));
  if (found !== undefined) return found[0];
  throw new UserError(
    `${file} is not an image in a supported format (PNG, JPEG, TIFF, WebP, GIF or AVIF)`,
    "If it is an image, convert it to PNG; otherwise remove it.",
  );
}

function ascii(text: string): readonly number[] {
  return [...Buffer.from(text, "latin1")];
}
