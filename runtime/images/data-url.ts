/** Rasters as data: URLs of PNG images, for pages and figures. */
import { eightBits } from "./eight-bits.ts";
import type { Raster } from "./raster.ts";

/** @param longest pixels of the longer side; larger images are shown smaller @param kernel "nearest" keeps the colours of classes */
export async function dataUrl(
  image: Raster,
  longest: number,
  kernel: "nearest" | "lanczos3",
): Promise<string> {
  const { default: sharp } = await import("sharp");
  const { width, height, channels, data } = eightBits(image);
  // sharp takes 1 to 4 interleaved channels, which a raster has.
  const png = await sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .resize({ width: longest, height: longest, fit: "inside", withoutEnlargement: true, kernel })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
