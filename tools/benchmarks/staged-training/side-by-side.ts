/** Images in rows and columns on white, as one picture. */
import type { Raster } from "../../../runtime/images/raster.ts";

/** White pixels between two images. */
const gap = 8;

/** @param rows RGB images of 8 bits, all of one size, as many in every row */
export function sideBySide(rows: readonly (readonly Raster[])[]): Raster {
  const [first] = rows[0] ?? [];
  if (first === undefined) throw new RangeError("there is no image to lay out");
  const columns = rows[0]?.length ?? 0;
  const width = columns * (first.width + gap) - gap;
  const height = rows.length * (first.height + gap) - gap;
  const data = new Uint8Array(3 * width * height).fill(255);
  for (const [row, images] of rows.entries()) {
    for (const [column, image] of images.entries()) {
      if (image.width !== first.width || image.height !== first.height || image.channels !== 3) {
        throw new RangeError("the images are not RGB of one size");
      }
      for (let y = 0; y < image.height; y++) {
        const line = image.data.subarray(3 * image.width * y, 3 * image.width * (y + 1));
        const top = row * (first.height + gap) + y;
        data.set(line, 3 * (width * top + column * (first.width + gap)));
      }
    }
  }
  return { width, height, channels: 3, fullScale: 255, data };
}
