/** The rows of images as batches of one. */
import type { MapBatch } from "../arrays.ts";
import { scaledSamples } from "../data/normalise-image.ts";
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

function samplesOf(image: Raster): MapBatch {
  return { data: scaledSamples(image), shape: [1, image.height, image.width, image.channels] };
}
