/** An image file as samples of 1 or 3 channels. */
import { UserError } from "../user-error.ts";
import { convertChannels } from "./convert-channels.ts";
import { decodePng, type StoredPng } from "./decode-png.ts";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { signatureLength } from "./image-format.ts";
import type { Raster } from "./raster.ts";
import { readImageBytes } from "./read-bytes.ts";
import { refuseSlice } from "./several-images.ts";
import { imagePlace } from "./stacks/image-place.ts";
import { isStackFormat, openStack } from "./stacks/open-stack.ts";
import { imageOf, rasterOf } from "./stacks/stored-array.ts";
import { tiffBytes } from "./tiff/tiff-file.ts";

/**
 * PNG of any kind; JPEG (turned as its EXIF orientation says), TIFF, WebP, GIF, AVIF, NPY and NIfTI, by what the file holds and not by its
 * name; "volume.tif#3" is one page or slice of a file, counted from 0.
 * Grey below 8 bits is spread to 0 … 255; 16 bits stay 16 bits, floating-point samples (TIFF) stay as they are. Alpha is dropped.
 * RGB becomes grey by Rec. 601.
 * @param channels left out: 1 for grey files, 3 for others
 * @throws UserError naming the file when it is missing, empty, damaged or no image; when it has several pages or frames, more
 *   pixels than the limit, or samples that are not finite numbers; for channels other than 1 and 3
 */
export async function readImage(path: string, channels?: number): Promise<Raster> {
  return checkFinite(await readImageWithGaps(path, channels), path);
}

/** @param firstRow of the image, where the raster is a part of it. @throws UserError for samples that are not finite numbers */
export function checkFinite(raster: Raster, path: string, firstRow = 0): Raster {
  if (!(raster.data instanceof Float32Array)) return raster;
  const unknown = raster.data.findIndex((value) => !Number.isFinite(value));
  if (unknown < 0) return raster;
  const pixel = Math.floor(unknown / raster.channels);
  throw new UserError(
    `${path} has samples that are not finite (${raster.data[unknown]} in row ${firstRow + Math.floor(pixel / raster.width)}, column ${pixel % raster.width}, counted from 0)`,
    "replace these values before you use the image",
  );
}

/** As `readImage`, but floating-point samples may be NaN or infinite, as depth is where it was not measured. */
export async function readImageWithGaps(path: string, channels?: number): Promise<Raster> {
  return asChannels(await decodeImage(path), path, channels);
}

/** @throws UserError for channels other than 1 and 3 */
export function asChannels(raster: Raster, path: string, channels: number | undefined): Raster {
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new UserError(
      `${path}: an image file has 1 or 3 channels, and the network's input needs ${channels}`,
    );
  }
  const wanted = channels ?? (raster.channels >= 3 ? 3 : 1);
  return {
    ...raster,
    channels: wanted,
    data: convertChannels(raster.data, raster.channels, wanted),
  };
}

/** @param reference a file, or one image of it (image-place.ts) */
async function decodeImage(reference: string): Promise<Raster> {
  const { file, slice } = imagePlace(reference);
  const { format } = await readImageBytes(file, signatureLength);
  if (isStackFormat(format))
    return rasterOf(await imageOf(await openStack(file, format, slice !== undefined), reference, slice));
  if (format === "TIFF") {
    const { bytes, page } = await tiffBytes(file, reference, slice);
    return decodeWithSharp(bytes, reference, page);
  }
  const { bytes } = await readImageBytes(file);
  refuseSlice(reference, slice);
  return format === "PNG" ? fromPng(await decodePng(bytes, file)) : decodeWithSharp(bytes, file);
}

/** Samples as `readImage` gives them: palettes resolved, grey below 8 bits spread. */
export function fromPng(png: StoredPng): Raster {
  const { width, height, palette, depth } = png;
  if (palette !== undefined) {
    const data = new Uint8Array(width * height * 3);
    png.samples.forEach((index, i) => {
      const colour = palette[index] ?? [0, 0, 0]; // an index past the palette shows as black, as libpng has it
      for (let c = 0; c < 3; c++) data[i * 3 + c] = colour[c] ?? 0;
    });
    return { width, height, channels: 3, fullScale: 255, data };
  }
  if (depth === 16) return { width, height, channels: png.channels, fullScale: 65535, data: png.samples };
  const factor = 255 / (2 ** depth - 1); // 255, 85, 17 or 1: exact
  const data = factor === 1 ? png.samples : png.samples.map((sample) => sample * factor);
  return { width, height, channels: png.channels, fullScale: 255, data };
}
