/** An image's size, from its header alone. */
import { UserError } from "../user-error.ts";
import { sizeBySharp } from "./decode-with-sharp.ts";
import { checkPixels } from "./pixel-limit.ts";
import { pngHeaderLength, readPngHeader } from "./png-chunks.ts";
import { readImageBytes, undecodable } from "./read-bytes.ts";
import { imagePlace } from "./stacks/image-place.ts";
import { isStackFormat, openStack } from "./stacks/open-stack.ts";
import { tiffSize } from "./tiff/tiff-file.ts";

/**
 * As `readImage` would give it: JPEG sizes after applying the EXIF orientation.
 * @throws UserError naming the file: missing, empty, damaged in its header, no image, or of more pixels than the limit
 */
export async function readImageSize(path: string): Promise<readonly [height: number, width: number]> {
  const { file, slice } = imagePlace(path);
  const start = await readImageBytes(file, pngHeaderLength);
  if (isStackFormat(start.format)) {
    const { height, width } = await openStack(file, start.format, slice !== undefined);
    checkPixels(path, height, width);
    return [height, width];
  }
  const known = start.format === "TIFF" ? await tiffSize(file, path, slice) : undefined;
  if (known !== undefined) return known;
  if (start.format !== "PNG") return sizeBySharp((await readImageBytes(file)).bytes, path, slice);
  try {
    const { height, width } = readPngHeader(start.bytes);
    checkPixels(path, height, width);
    return [height, width];
  } catch (error) {
    throw error instanceof UserError ? error : undecodable(path, error);
  }
}
