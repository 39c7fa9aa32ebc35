/** A large image read once from top to bottom, with a few rows of it in memory. */
import type { Raster } from "../raster.ts";
import { readImageSize } from "../read-image-size.ts";
import { openRows } from "./open-rows.ts";

/** Images of so many pixels, or fewer, are read whole: 4096×4096. */
export const largeImage = 2 ** 24;

/** Rows decoded at a time. */
const together = 64;

export async function isLarge(path: string): Promise<boolean> {
  const [height, width] = await readImageSize(path);
  return height * width > largeImage;
}

/**
 * @param visit the rows one after the other; left out: they are decoded to find damage
 * @throws UserError as `readImage`
 */
export async function scanImage(
  path: string,
  channels: 1 | 3,
  visit: (rows: Raster) => void = () => {},
): Promise<Pick<Raster, "height" | "width" | "fullScale">> {
  const rows = await openRows(path, channels);
  try {
    for (let at = 0; at < rows.height; at += together) visit(await rows.next(together));
    const { height, width, fullScale } = rows;
    return { height, width, fullScale };
  } finally {
    await rows.close();
  }
}
