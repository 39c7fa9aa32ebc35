/** An image file as samples of 1 or 3 channels. */
import { UserError } from "../user-error.ts";
import { convertChannels } from "./convert-channels.ts";
import { decodePng, type StoredPng } from "./decode-png.ts";
import type { Raster } from "./raster.ts";
import { isPng, readImageBytes, undecodable } from "./read-bytes.ts";

/**
 * PNG of any kind; JPEG (turned as its EXIF orientation says), TIFF, WebP and what else sharp reads.
 * Grey below 8 bits is spread to 0 … 255; 16 bits stay 16 bits. Alpha is dropped. RGB becomes grey by Rec. 601.
 * @param channels left out: 1 for grey files, 3 for others
 * @throws UserError naming the file when it is missing, empty, damaged or no image; for channels other than 1 and 3
 */
export async function readImage(path: string, channels?: number): Promise<Raster> {
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new UserError(
      `${path}: an image file gives 1 or 3 channels, and the network's input wants ${channels}`,
    );
  }
  const bytes = await readImageBytes(path);
  const raster = isPng(bytes) ? fromPng(await decodePng(bytes, path)) : await decodeOther(bytes, path);
  const wanted = channels ?? (raster.channels >= 3 ? 3 : 1);
  return {
    ...raster,
    channels: wanted,
    data: convertChannels(raster.data, raster.channels, wanted),
  };
}

function fromPng(png: StoredPng): Raster {
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

async function decodeOther(bytes: Uint8Array, file: string): Promise<Raster> {
  const { default: sharp } = await import("sharp");
  try {
    const { depth, channels: stored } = await sharp(bytes).metadata();
    const deep = depth === "ushort";
    const grey = stored < 3;
    const { data, info } = await sharp(bytes)
      .autoOrient()
      .removeAlpha()
      .toColourspace(deep ? (grey ? "grey16" : "rgb16") : grey ? "b-w" : "srgb")
      .raw({ depth: deep ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true });
    const samples = deep
      ? new Uint16Array(Uint8Array.from(data).buffer) // copied: a view of 16-bit samples must start at an even byte
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return {
      width: info.width,
      height: info.height,
      channels: info.channels,
      fullScale: deep ? 65535 : 255,
      data: samples,
    };
  } catch (error) {
    throw undecodable(file, error);
  }
}
