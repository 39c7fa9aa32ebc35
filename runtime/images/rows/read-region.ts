/**
 * A part of an image file: of PNG files that are not interlaced no more than the part is in memory, of TIFF files the strips or tiles that it
 * is in, of arrays its rows; of others, what their decoder needs.
 */
import type { StoredPng } from "../decode-png.ts";
import { decodeWithSharp } from "../decode-with-sharp.ts";
import { type ImageFormat, signatureLength } from "../image-format.ts";
import type { LabelImage } from "../label-image.ts";
import type { Raster, Region, Samples } from "../raster.ts";
import { readImageBytes } from "../read-bytes.ts";
import { asChannels, checkFinite, fromPng, readImage, readImageWithGaps } from "../read-image.ts";
import { pngLabels, readLabel, tiffLabels } from "../read-label.ts";
import { imagePlace } from "../stacks/image-place.ts";
import { isStackFormat, openStack, type StackFormat } from "../stacks/open-stack.ts";
import { imageOf, labelsOf, rasterOf, type StoredArray } from "../stacks/stored-array.ts";
import { tiffBytes } from "../tiff/tiff-file.ts";
import { storedPngRows } from "./png-rows.ts";

/** Rows decoded at a time. */
const together = 16;
/** Formats of which a decoder gives a part. */
const bySharp: readonly ImageFormat[] = ["JPEG", "WebP", "GIF", "AVIF"];

/** As `readImage`. @param region left out: the whole image */
export async function readImageRegion(path: string, channels?: number, region?: Region): Promise<Raster> {
  if (region === undefined) return readImage(path, channels);
  return checkFinite(await readRegionWithGaps(path, channels, region), path);
}

/** As `readImageWithGaps`. @param region left out: the whole image */
export async function readRegionWithGaps(path: string, channels?: number, region?: Region): Promise<Raster> {
  if (region === undefined) return readImageWithGaps(path, channels);
  const { file, slice } = imagePlace(path);
  const { format } = await readImageBytes(file, signatureLength);
  if (format === "TIFF") {
    const { bytes, page, region: inPage } = await tiffBytes(file, path, slice, region);
    return asChannels(await decodeWithSharp(bytes, path, page, inPage), path, channels);
  }
  if (bySharp.includes(format)) {
    const { bytes } = await readImageBytes(file);
    return asChannels(await decodeWithSharp(bytes, path, slice, region), path, channels);
  }
  if (isStackFormat(format))
    return asChannels(rasterOf(await arrayRegion(path, format, region)), path, channels);
  const png = format === "PNG" ? await pngRegion(file, region) : undefined;
  if (png !== undefined) return asChannels(fromPng(png), path, channels);
  const whole = await readImageWithGaps(path, channels);
  const { height, width } = region;
  return { ...whole, height, width, data: partOf(whole.data, whole.width, whole.channels, region) };
}

/** As `readLabel`. @param region left out: the whole image */
export async function readLabelRegion(path: string, region?: Region): Promise<LabelImage> {
  if (region === undefined) return readLabel(path);
  const { file, slice } = imagePlace(path);
  const { format } = await readImageBytes(file, signatureLength);
  if (format === "TIFF") return tiffLabels(await tiffBytes(file, path, slice, region), path);
  if (isStackFormat(format)) return labelsOf(await arrayRegion(path, format, region), path);
  const png = format === "PNG" ? await pngRegion(file, region) : undefined;
  return png === undefined ? labelRegion(await readLabel(path), region) : pngLabels(png, path);
}

/** The part of a label image in memory. @param region left out: all of it */
export function labelRegion(whole: LabelImage, region?: Region): LabelImage {
  if (region === undefined) return whole;
  const { height, width } = region;
  return { ...whole, height, width, values: partOf(whole.values, whole.width, 1, region) };
}

async function arrayRegion(path: string, format: StackFormat, region: Region): Promise<StoredArray> {
  const { file, slice } = imagePlace(path);
  const { top, left, height, width } = region;
  const stack = await openStack(file, format, slice !== undefined);
  const rows = await imageOf(stack, path, slice, { first: top, count: height });
  const strip = { top: 0, left, height, width };
  return { ...rows, width, values: partOf(rows.values, rows.width, rows.channels, strip) };
}

/** `undefined`: an interlaced file. */
async function pngRegion(file: string, region: Region): Promise<StoredPng | undefined> {
  const rows = await storedPngRows(file);
  if (rows === undefined) return undefined;
  const { depth, channels, palette } = rows;
  const { top, left, height, width } = region;
  const length = height * width * channels;
  const samples = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  try {
    for (let at = 0; at < top + height; ) {
      // what is above the part is decoded and forgotten
      const count = Math.min(together, (at < top ? top : top + height) - at);
      const found = await rows.next(count);
      if (at >= top) {
        const strip = { top: 0, left, height: count, width };
        samples.set(partOf(found.samples, rows.width, channels, strip), (at - top) * width * channels);
      }
      at += count;
    }
  } finally {
    await rows.close();
  }
  return { width, height, depth, channels, samples, palette };
}

/** @param values [rows, across, channels] */
function partOf<T extends Samples | Int32Array | Float64Array>(
  values: T,
  across: number,
  channels: number,
  { top, left, height, width }: Region,
): T {
  const kind = values.constructor as new (length: number) => T; // a typed array is made by its own class
  const part = new kind(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * across + left) * channels;
    part.set(values.subarray(from, from + width * channels), y * width * channels);
  }
  return part;
}
