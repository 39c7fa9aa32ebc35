/** A PNG file as its stored samples: packed bits spread to one sample each, palette indices left as they are. */
import type { DecodedPng } from "fast-png";
import { UserError } from "../user-error.ts";
import { undecodable } from "./read-bytes.ts";

export interface StoredPng {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 1 grey or palette, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** [height, width, channels]; unscaled: 0 … 2^depth − 1. */
  readonly samples: Uint8Array | Uint16Array;
  /** Red, green, blue (and alpha) of every index. */
  readonly palette: readonly (readonly number[])[] | undefined;
}

/** @throws UserError for a damaged file, or one interlaced with fewer than 8 bits a sample, which the decoder cannot read. */
export async function decodePng(bytes: Uint8Array, file: string): Promise<StoredPng> {
  const depth = bytes[24];
  const interlaced = bytes[28] === 1;
  if (interlaced && depth !== undefined && depth < 8) {
    throw new UserError(
      `${file} is an interlaced PNG of ${depth} bits a sample, which is not supported`,
      "Save it without interlacing.",
    );
  }
  const { decode } = await import("fast-png");
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (error) {
    throw undecodable(file, error);
  }
  if (png.data instanceof Uint8ClampedArray) throw new Error("a PNG decodes to unclamped samples");
  return {
    width: png.width,
    height: png.height,
    depth: png.depth,
    channels: png.channels,
    samples: png.depth < 8 ? unpack(png, png.data) : png.data,
    palette: png.palette,
  };
}

/** PNG specification, section 7.2: samples below 8 bits are packed from the high bits, each row from a new byte. */
function unpack(png: DecodedPng, packed: Uint8Array | Uint16Array): Uint8Array {
  const { width, height, depth } = png;
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(width / perByte);
  const mask = (1 << depth) - 1;
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = packed[y * rowBytes + Math.floor(x / perByte)] ?? 0;
      samples[y * width + x] = (byte >> (8 - depth - depth * (x % perByte))) & mask;
    }
  }
  return samples;
}
