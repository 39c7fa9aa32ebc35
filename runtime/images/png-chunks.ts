/** The chunks of a PNG file (PNG specification, sections 5 and 11): its header, palette and compressed data. */
import { crc32 } from "node:zlib";
import { pngSignature } from "./image-format.ts";

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 1 grey or palette, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly indexed: boolean;
  readonly interlaced: boolean;
}

export interface PngChunks {
  /** Red, green, blue of every index; `undefined` where the pixels are no indices. */
  readonly palette: readonly (readonly [red: number, green: number, blue: number])[] | undefined;
  /** Images in the file: more than 1 of an animation. */
  readonly frames: number;
  /** One zlib stream, in parts. */
  readonly data: readonly Uint8Array[];
}

/** Bytes of signature and header chunk, which every PNG file begins with. */
export const pngHeaderLength = pngSignature.length + 4 + 4 + 13;

/** By colour type (section 11.2.1): channels, and the bits a sample may have. */
const colourTypes: Readonly<
  Record<number, readonly [channels: PngHeader["channels"], depths: readonly number[]]>
> = { 0: [1, [1, 2, 4, 8, 16]], 2: [3, [8, 16]], 3: [1, [1, 2, 4, 8]], 4: [2, [8, 16]], 6: [4, [8, 16]] };

/** @throws Error when the file does not begin with a header that the specification allows */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const start = pngSignature.length;
  const view = viewOf(bytes);
  if (bytes.length < pngHeaderLength || view.getUint32(start) !== 13 || nameAt(bytes, start + 4) !== "IHDR")
    throw new Error("it does not begin with a header");
  const at = start + 8;
  const [depth = 0, colourType = 0, compression, filter, interlace = 0] = bytes.subarray(at + 8, at + 13);
  const [channels, depths] = colourTypes[colourType] ?? [];
  if (channels === undefined || depths === undefined)
    throw new Error(`there is no colour type ${colourType}`);
  if (!depths.includes(depth)) throw new Error(`colour type ${colourType} has no samples of ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1) throw new Error("its compression is not known");
  return {
    width: view.getUint32(at),
    height: view.getUint32(at + 4),
    depth: depth as PngHeader["depth"], // one of the depths above
    channels,
    indexed: colourType === 3,
    interlaced: interlace === 1,
  };
}

/** @throws Error when a chunk is truncated, has another checksum than it says, or is necessary and not known */
export function readPngChunks(bytes: Uint8Array, { indexed }: PngHeader): PngChunks {
  const view = viewOf(bytes);
  const data: Uint8Array[] = [];
  let palette: PngChunks["palette"];
  let frames = 1;
  for (let at = pngSignature.length; ; ) {
    if (at + 12 > bytes.length) throw new Error("the end of the file is missing");
    const length = view.getUint32(at);
    const name = nameAt(bytes, at + 4);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error("the end of the file is missing");
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw new Error(`wrong checksum of ${name}`);
    const content = bytes.subarray(at + 8, end);
    if (name === "IEND") break;
    if (name === "IDAT") data.push(content);
    else if (name === "PLTE") palette = readPalette(content);
    else if (name === "acTL" && length >= 4) frames = view.getUint32(at + 8);
    else if (isNecessaryChunk(name) && name !== "IHDR") throw new Error(`the chunk ${name} is not known`);
    at = end + 4;
  }
  if (data.length === 0) throw new Error("it has no image data");
  if (indexed && palette === undefined) throw new Error("it has no palette");
  return { palette: indexed ? palette : undefined, frames, data };
}

export function readPalette(content: Uint8Array): PngChunks["palette"] {
  const entries = content.length / 3;
  if (!Number.isInteger(entries) || entries < 1 || entries > 256)
    throw new Error(`its palette has ${content.length} bytes`);
  return Array.from({ length: entries }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = content.subarray(3 * i, 3 * i + 3);
    return [red, green, blue] as const;
  });
}

/** Section 5.4: a capital first letter means that the image cannot be read without the chunk. */
export function isNecessaryChunk(name: string): boolean {
  return /^[A-Z]/.test(name);
}

function nameAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
