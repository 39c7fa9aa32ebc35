/** Values as pictures of 8 bits. */
import { labOf, rgbOfLab } from "../../compiler/colour/lab.ts";
import type { MapBatch } from "../arrays.ts";
import { chromaUnit } from "../colour/chroma-unit.ts";
import type { Raster } from "../images/raster.ts";

/** The last channel, 0 … 1, as grey. */
export function greyPicture({ data, shape: [, height, width, channels] }: MapBatch): Raster {
  const grey = Uint8Array.from({ length: height * width }, (_, pixel) =>
    byteOf(data[(pixel + 1) * channels - 1] ?? Number.NaN),
  );
  return { width, height, channels: 1, fullScale: 255, data: grey };
}

/** @param fill red, green and blue, 0 … 255, of the values of a pixel */
export function rgbPicture(
  { data, shape: [, height, width, channels] }: MapBatch,
  fill: (values: readonly number[], pixel: number) => readonly number[],
): Raster {
  const bytes = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const values = [...data.subarray(pixel * channels, (pixel + 1) * channels)];
    bytes.set(fill(values, pixel), 3 * pixel);
  }
  return { width, height, channels: 3, fullScale: 255, data: bytes };
}

/** a* and b* over `chromaUnit`, with the lightness of an image. */
export function colouredPicture(map: MapBatch, image: Raster): Raster {
  return rgbPicture(map, ([a = Number.NaN, b = Number.NaN], pixel) => {
    const [lightness] = labOfPixel(image, pixel);
    return rgbOfLab([lightness, chromaUnit * a, chromaUnit * b]).map(byteOf);
  });
}

export function byteOf(value: number): number {
  return Number.isNaN(value) ? 0 : Math.round(255 * Math.min(1, Math.max(0, value)));
}

function labOfPixel({ data, channels, fullScale }: Raster, pixel: number) {
  const sample = (c: number) => (data[pixel * channels + (channels >= 3 ? c : 0)] ?? 0) / fullScale;
  return labOf(sample(0), sample(1), sample(2));
}
