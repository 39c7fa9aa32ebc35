/** An image file row by row, so that an image larger than the memory can be read. */
import { convertChannels } from "../convert-channels.ts";
import type { ImageFormat } from "../image-format.ts";
import type { Raster } from "../raster.ts";
import { readImageBytes } from "../read-bytes.ts";
import { readImage } from "../read-image.ts";
import { imagePlace } from "../stacks/image-place.ts";
import { isStackFormat } from "../stacks/open-stack.ts";
import { standardInput } from "../standard-input.ts";
import { arrayRows } from "./array-rows.ts";
import type { ImageRows } from "./image-rows.ts";
import { pngRows } from "./png-rows.ts";
import { tiffRows } from "./tiff-rows.ts";

/**
 * Samples as `readImage` gives them. Arrays, PNG files that are not interlaced, and TIFF files of several strips or tiles, or uncompressed,
 * are decoded as they are read; of others the whole image is in memory.
 * @param channels left out: 1 for grey files, 3 for others
 * @throws UserError as `readImage`; of damage inside the image, `next`
 */
export async function openRows(path: string, channels?: 1 | 3): Promise<ImageRows> {
  const { format } = await readImageBytes(imagePlace(path).file, 64);
  const streamed = path === standardInput ? undefined : await streamedRows(path, format);
  if (streamed === undefined) return rowsOf(await readImage(path, channels));
  const wanted = channels ?? (streamed.channels >= 3 ? 3 : 1);
  return {
    ...streamed,
    channels: wanted,
    next: async (count) => {
      const rows = await streamed.next(count);
      return { ...rows, channels: wanted, data: convertChannels(rows.data, rows.channels, wanted) };
    },
  };
}

async function streamedRows(path: string, format: ImageFormat): Promise<ImageRows | undefined> {
  if (isStackFormat(format)) return arrayRows(path, format);
  if (format === "TIFF") return tiffRows(path);
  return format === "PNG" ? pngRows(path) : undefined;
}

/** The rows of an image in memory. */
export function rowsOf(image: Raster): ImageRows {
  const { width, height, channels } = image;
  let at = 0;
  return {
    width,
    height,
    channels,
    fullScale: image.fullScale,
    next: async (count) => {
      const rows = Math.min(count, height - at);
      const [start, end] = [at * width * channels, (at + rows) * width * channels];
      at += rows;
      return { ...image, height: rows, data: image.data.subarray(start, end) };
    },
    close: async () => {},
  };
}
