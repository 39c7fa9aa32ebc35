/** JPEG, TIFF, WebP, GIF and AVIF files as samples. */
import type { Metadata, Sharp } from "sharp";
import { UserError } from "../user-error.ts";
import { checkPixels, pixelLimit } from "./pixel-limit.ts";
import type { Raster, Region, Samples } from "./raster.ts";
import { undecodable } from "./read-bytes.ts";
import { refuseSeveral } from "./several-images.ts";

/** Samples that are read, by libvips' name: what they are written to memory as. */
const depths = {
  uchar: { raw: "uchar", fullScale: 255 },
  ushort: { raw: "ushort", fullScale: 65535 },
  float: { raw: "float", fullScale: 1 },
} as const;

/** JPEG images are rotated by their EXIF orientation. @param page of a file of several, from 0 @param region left out: the whole image @throws UserError as `sizeBySharp`; for a file that is damaged or truncated, or has samples or channels that are not read */
export async function decodeWithSharp(
  bytes: Uint8Array,
  file: string,
  page?: number,
  region?: Region,
): Promise<Raster> {
  const sharp = await loadSharp();
  const options = {
    limitInputPixels: pixelLimit(),
    failOn: "warning",
    page: page ?? 0,
    sequentialRead: region !== undefined, // what is above the region is decoded and forgotten
  } as const;
  try {
    const header = await readHeader(bytes, file, page);
    const { raw, fullScale } = depthOf(header, file);
    refuseOtherChannels(header, file);
    const whole = sharp(bytes, options).autoOrient();
    const part = region === undefined ? whole : whole.extract(region);
    const { data, info } = await toUsualColours(part.removeAlpha(), header)
      .raw({ depth: raw })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { width, height, channels, fullScale, data: samplesOf(data, raw) };
  } catch (error) {
    throw error instanceof UserError ? error : undecodable(file, error);
  }
}

/** [height, width] after applying the EXIF orientation. @throws UserError for several images or more pixels than the limit */
export async function sizeBySharp(
  bytes: Uint8Array,
  file: string,
  page?: number,
): Promise<readonly [number, number]> {
  try {
    const { autoOrient } = await readHeader(bytes, file, page);
    return [autoOrient.height, autoOrient.width];
  } catch (error) {
    throw error instanceof UserError ? error : undecodable(file, error);
  }
}

/** Pages of a TIFF file. @throws UserError when it is damaged */
export async function countPages(bytes: Uint8Array, file: string): Promise<number> {
  const sharp = await loadSharp();
  try {
    return (await sharp(bytes, { limitInputPixels: false }).metadata()).pages ?? 1;
  } catch (error) {
    throw undecodable(file, error);
  }
}

/** What was decoded is not kept: the same bytes are not decoded again. */
async function loadSharp(): Promise<typeof import("sharp")["default"]> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  return sharp;
}

async function readHeader(bytes: Uint8Array, file: string, page: number | undefined): Promise<Metadata> {
  const sharp = await loadSharp();
  let header: Metadata;
  try {
    header = await sharp(bytes, { limitInputPixels: false, page: page ?? 0 }).metadata(); // the limit is ours, with our words
  } catch (error) {
    const strange = error instanceof Error && /samples out of range/.test(error.message);
    throw strange ? unusualSamples(file, "64-bit float or complex") : error;
  }
  checkPixels(file, header.height, header.width);
  if (page === undefined)
    refuseSeveral(file, header.pages ?? 1, header.format === "tiff" ? "pages" : "frames");
  return header;
}

function depthOf({ depth, space }: Metadata, file: string): (typeof depths)[keyof typeof depths] {
  // libvips takes floating-point numbers of 16 bits for integers when it converts them.
  if (depth === "float" && /16$/.test(space ?? "")) throw unusualSamples(file, "16-bit float");
  if (depth in depths) return depths[depth as keyof typeof depths]; // one of them: just asked
  throw unusualSamples(file, depth);
}

function unusualSamples(file: string, kind: string): UserError {
  return new UserError(
    `${file} has samples of an unsupported type (${kind})`,
    "save it with 8-bit or 16-bit unsigned integers, or as TIFF with 32-bit floating-point numbers",
  );
}

/** Grey or RGB, with or without alpha, or CMYK: what else there is has no colours. */
function refuseOtherChannels({ channels, space, hasAlpha }: Metadata, file: string): void {
  const colours = channels - (hasAlpha ? 1 : 0);
  if (colours === 1 || colours === 3 || (colours === 4 && space === "cmyk")) return;
  throw new UserError(
    `${file} has ${channels} channels, and an image has 1 (grey) or 3 (RGB), with or without alpha`,
    "save the channels as separate files: a network may have several inputs",
  );
}

/** Integers as grey or sRGB. Floating-point samples stay as they are: a conversion would take them for another range. */
function toUsualColours(image: Sharp, { depth, channels, space }: Metadata): Sharp {
  const grey = channels < 3;
  switch (depth) {
    case "uchar":
      return image.toColourspace(grey ? "b-w" : "srgb");
    case "ushort":
      return image.toColourspace(grey ? "grey16" : "rgb16");
    default:
      return image.toColourspace(space ?? "multiband");
  }
}

/** Copied: a view of wider samples must start at a multiple of their size. */
function samplesOf(data: Buffer, raw: "uchar" | "ushort" | "float"): Samples {
  switch (raw) {
    case "uchar":
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    case "ushort":
      return new Uint16Array(Uint8Array.from(data).buffer);
    case "float":
      return new Float32Array(Uint8Array.from(data).buffer);
  }
}
