/** A large label image from top to bottom, a few rows of it in memory. */
import { signatureLength } from "../image-format.ts";
import type { LabelImage } from "../label-image.ts";
import { readImageBytes } from "../read-bytes.ts";
import { readImageSize } from "../read-image-size.ts";
import { labelsOfRaster, pngLabels, readLabel } from "../read-label.ts";
import { imagePlace } from "../stacks/image-place.ts";
import { isStackFormat } from "../stacks/open-stack.ts";
import { storedPngRows } from "./png-rows.ts";
import { readLabelRegion } from "./read-region.ts";
import { tiffRows } from "./tiff-rows.ts";

/** Rows at a time. */
const together = 64;

/** Of files whose format needs all of it at once (read-region.ts), the whole image. @throws UserError as `readLabel` */
export async function* labelStrips(path: string): AsyncGenerator<LabelImage> {
  const { file } = imagePlace(path);
  const { format } = await readImageBytes(file, signatureLength);
  const [height, width] = await readImageSize(path);
  if (isStackFormat(format)) {
    for (let top = 0; top < height; top += together)
      yield await readLabelRegion(path, { top, left: 0, height: Math.min(together, height - top), width });
    return;
  }
  const png = format === "PNG" ? await storedPngRows(file) : undefined;
  // its compression may be one that changes classes: the first pixel is read as a label
  if (format === "TIFF") await readLabelRegion(path, { top: 0, left: 0, height: 1, width: 1 });
  const tiff = format === "TIFF" ? await tiffRows(path) : undefined;
  try {
    for (let top = 0; top < height && (png !== undefined || tiff !== undefined); top += together) {
      if (png !== undefined) yield pngLabels(await png.next(together), path);
      if (tiff !== undefined) yield labelsOfRaster(await tiff.next(together), path);
    }
  } finally {
    await png?.close();
    await tiff?.close();
  }
  if (png === undefined && tiff === undefined) yield await readLabel(path);
}
