/** What an image file is, by its first bytes; its name says nothing. */
import { UserError } from "../user-error.ts";

export type ImageFormat = "PNG" | "JPEG" | "TIFF" | "WebP" | "GIF" | "AVIF" | "NPY" | "NIfTI";

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
 * section 17. AVIF: ISO/IEC 14496-12, section 4.3, brand "avif". NPY: numpy.lib.format. NIfTI: the size of its header, in either byte
 * order, or gzip (RFC 1952, section 2.3.1), by which volumes are usually compressed.
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
  ["NPY", 0, [0x93, ...ascii("NUMPY")]],
  ["NIfTI", 0, [0x5c, 1, 0, 0]],
  ["NIfTI", 0, [0, 0, 1, 0x5c]],
  ["NIfTI", 0, [0x1c, 2, 0, 0]],
  ["NIfTI", 0, [0, 0, 2, 0x1c]],
  ["NIfTI", 0, [0x1f, 0x8b, 8]],
];

/** @throws UserError when it is none that is read here */
export function imageFormat(bytes: Uint8Array, file: string): ImageFormat {
  const found = signatures.find(([, at, signature]) => signature.every((byte, i) => bytes[at + i] === byte));
  if (found !== undefined) return found[0];
  if (/\.fcn$/i.test(file))
    throw new UserError(
      `${file} is a program, and an image is expected here`,
      "the program comes first, images after it: fcn predict PROGRAM.fcn IMAGE …",
    );
  throw new UserError(
    `${file} is not an image in a supported format (PNG, JPEG, TIFF, WebP, GIF, AVIF, NPY or NIfTI)`,
    "if it is an image, convert it to PNG; otherwise remove it",
  );
}

function ascii(text: string): readonly number[] {
  return [...Buffer.from(text, "latin1")];
}
