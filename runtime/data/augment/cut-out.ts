/** Rectangles of the image replaced by its mean. */
import type { ChangedImage } from "./changed-image.ts";

/**
 * @param size in pixels
 * @param centres as shares of height and width; a rectangle may reach beyond the edges (DeVries & Taylor 2017, section 3.2)
 */
export function cutOut(
  { height, width, channels, samples }: ChangedImage,
  [rows, columns]: readonly [height: number, width: number],
  centres: readonly (readonly [y: number, x: number])[],
): void {
  const mean = new Float64Array(channels);
  for (const [at, value] of samples.entries())
    mean[at % channels] = (mean[at % channels] ?? 0) + value / (height * width);
  for (const [y, x] of centres) {
    const top = Math.floor(y * height) - (rows >> 1);
    const left = Math.floor(x * width) - (columns >> 1);
    for (let row = Math.max(0, top); row < Math.min(height, top + rows); row++)
      for (let column = Math.max(0, left); column < Math.min(width, left + columns); column++)
        samples.set(mean, (row * width + column) * channels);
  }
}
