/** A label image as its stored values: grey levels, palette indices or colours, never converted. */
import { UserError } from "../user-error.ts";
import { bytesInMemory } from "./byte-source.ts";
import { decodePng, type StoredPng } from "./decode-png.ts";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { signatureLength } from "./image-format.ts";
import { type LabelImage, packColour } from "./label-image.ts";
import type { Raster } from "./raster.ts";
import { readImageBytes } from "./read-bytes.ts";
import { refuseSlice } from "./several-images.ts";
import { imagePlace } from "./stacks/image-place.ts";
import { isStackFormat, openStack } from "./stacks/open-stack.ts";
import { imageOf, labelsOf } from "./stacks/stored-array.ts";
import { isJpegTiff } from "./tiff/compression.ts";
import { type TiffBytes, tiffBytes } from "./tiff/tiff-file.ts";

/**
 * PNG, TIFF, NPY or NIfTI; one page or slice of a file as `readImage` names it. Alpha is dropped.
 * @throws UserError naming the file: missing, empty, damaged, lossy (JPEG) or of another format; RGB of 16 bits
 */
export async function readLabel(path: string): Promise<LabelImage> {
  const { file, slice } = imagePlace(path);
  const { format } = await readImageBytes(file, signatureLength);
  if (isStackFormat(format))
    return labelsOf(await imageOf(await openStack(file, format, slice !== undefined), path, slice), path);
  if (format === "JPEG") throw lossy(path, "a JPEG file");
  if (format === "TIFF") return tiffLabels(await tiffBytes(file, path, slice), path);
  if (format !== "PNG") {
    throw new UserError(
      `${path} is a ${format} file`,
      "label images are read from PNG, TIFF, NPY and NIfTI; convert it without loss",
    );
  }
  refuseSlice(path, slice);
  const { bytes } = await readImageBytes(file);
  return pngLabels(await decodePng(bytes, path), path);
}

function lossy(path: string, what: string): UserError {
  return new UserError(
    `${path} is ${what}: its compression changes pixel values, so it cannot hold class labels`,
    "create the label images again as PNG from their source; converting the JPEG does not restore the values",
  );
}

/** @throws UserError for RGB of 16 bits */
export function pngLabels(png: StoredPng, path: string): LabelImage {
  const { width, height, samples } = png;
  if (png.palette !== undefined) {
    const palette = png.palette.map((c) => packColour(c[0] ?? 0, c[1] ?? 0, c[2] ?? 0));
    return { width, height, kind: "palette", values: Uint16Array.from(samples), palette };
  }
  if (png.channels <= 2) {
    return { width, height, kind: "grey", values: firstChannel(png), palette: undefined };
  }
  if (png.depth === 16) {
    throw new UserError(
      `${path} is an RGB label image with 16 bits per channel`,
      "save it as grey (8 or 16 bits), with a palette, or as 8-bit RGB",
    );
  }
  const values = new Int32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const at = i * png.channels;
    values[i] = packColour(samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0);
  }
  return { width, height, kind: "colour", values, palette: undefined };
}

/**
 * A 1-bit file has 0 and 255.
 * @throws UserError for JPEG compression, and as `decodeWithSharp`
 */
export async function tiffLabels({ bytes, page, region }: TiffBytes, path: string): Promise<LabelImage> {
  if (await isJpegTiff(bytesInMemory(bytes), page ?? 0))
    throw lossy(path, "a TIFF file with JPEG compression");
  return labelsOfRaster(await decodeWithSharp(bytes, path, page, region), path);
}

/** @throws UserError for RGB of 16 bits, and for samples that are no whole numbers from 0 to 65535 */
export function labelsOfRaster(
  { width, height, channels, fullScale, data }: Raster,
  path: string,
): LabelImage {
  const type = fullScale === 255 ? "uint8" : fullScale === 65535 ? "uint16" : "other";
  return labelsOf({ width, height, channels, type, values: data }, path);
}

function firstChannel(png: StoredPng): Uint16Array {
  if (png.channels === 1) return Uint16Array.from(png.samples);
  const values = new Uint16Array(png.width * png.height);
  for (let i = 0; i < values.length; i++) values[i] = png.samples[i * png.channels] ?? 0;
  return values;
}
