/** The rows of images as batches of one. */
import type { MapBatch } from "../arrays.ts";
import type { Raster } from "../images/raster.ts";
import type { ImageRows } from "../images/rows/image-rows.ts";

/** By input: samples of 0 … 1. */
export async function wholeImages(
  images: ReadonlyMap<string, ImageRows>,
): Promise<ReadonlyMap<string, MapBatch>> {
  const whole = new Map<string, MapBatch>();
  for (const [name, rows] of images) whole.set(name, samplesOf(await rows.next(rows.height)));
  return whole;
}

function samplesOf({ data, fullScale, height, width, channels }: Raster): MapBatch {
  return {
    data: Float32Array.from(data, (sample) => sample / fullScale),
    shape: [1, height, width, channels],
  };
}
