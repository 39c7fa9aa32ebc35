/** The rows of an image each of whose pixels is the mean of a square of another's, as `shrinkSamples` makes them. */
import type { ImageRows } from "../images/rows/image-rows.ts";
import { shrinkSamples } from "./input-plan.ts";

/** Samples of 0 … 1. @param factor pixels of the image along each side of a square */
export function shrunkRows(rows: ImageRows, factor: number): ImageRows {
  const { channels, fullScale } = rows;
  const [height, width] = [Math.floor(rows.height / factor), Math.floor(rows.width / factor)];
  let left = height;
  const next: ImageRows["next"] = async (count) => {
    const given = Math.min(count, left);
    left -= given;
    const means = new Float32Array(given * width * channels);
    const square = new Float32Array(factor * rows.width * channels);
    for (let row = 0; row < given; row++) {
      await readRows(rows, square, factor, fullScale);
      const target = means.subarray(row * width * channels, (row + 1) * width * channels);
      shrinkSamples(square, [factor, rows.width, channels], factor, target);
    }
    return { width, height: given, channels, fullScale: 1, data: means };
  };
  return { width, height, channels, fullScale: 1, next, close: rows.close };
}

async function readRows(
  rows: ImageRows,
  target: Float32Array,
  count: number,
  fullScale: number,
): Promise<void> {
  for (let row = 0, at = 0; row < count; ) {
    const { data, height } = await rows.next(count - row);
    if (height === 0) throw new Error("rows of an image are missing");
    for (const value of data) target[at++] = value / fullScale;
    row += height;
  }
}
