/** A PNG file decoded row by row: never more of it in memory than the rows asked for. */
import { type FileHandle, open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { crc32, createInflate } from "node:zlib";
import { reasonOf } from "../../files/file-error.ts";
import { UserError } from "../../user-error.ts";
import { moreThanImage, type StoredPng } from "../decode-png.ts";
import { pngSignature } from "../image-format.ts";
import { checkPixels } from "../pixel-limit.ts";
import {
  isNecessaryChunk,
  type PngChunks,
  type PngHeader,
  pngHeaderLength,
  readPalette,
  readPngHeader,
} from "../png-chunks.ts";
import { spreadLine, unfilter } from "../png-scanlines.ts";
import { undecodable } from "../read-bytes.ts";
import { fromPng } from "../read-image.ts";
import { refuseSeveral } from "../several-images.ts";
import type { ImageRows } from "./image-rows.ts";

/** Bytes read, and inflated, at a time. */
const atATime = 2 ** 18;

/** Where the compressed data is. */
interface DataPart {
  readonly at: number;
  readonly length: number;
}

/** Rows with their samples as they are stored. */
export interface StoredRows extends Omit<StoredPng, "samples"> {
  readonly next: (count: number) => Promise<StoredPng>;
  readonly close: () => Promise<void>;
}

/** `undefined`: an interlaced file, whose rows are spread over all of it. @throws UserError as `decodePng` */
export async function pngRows(file: string): Promise<ImageRows | undefined> {
  const rows = await storedPngRows(file);
  if (rows === undefined) return undefined;
  const { width, height, depth, palette, close } = rows;
  const channels = palette === undefined ? rows.channels : 3;
  const next = async (count: number) => fromPng(await rows.next(count));
  return { width, height, channels, fullScale: depth === 16 ? 65535 : 255, next, close };
}

/** As `pngRows`. */
export async function storedPngRows(file: string): Promise<StoredRows | undefined> {
  const handle = await open(file).catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  });
  try {
    const header = readPngHeader(await bytesAt(handle, 0, pngHeaderLength));
    checkPixels(file, header.height, header.width);
    if (header.interlaced) {
      await handle.close();
      return undefined;
    }
    const { palette, frames, parts } = await findChunks(handle, header);
    refuseSeveral(file, frames, "frames");
    return streamedRows(file, handle, { header, palette, parts });
  } catch (error) {
    await handle.close();
    throw error instanceof UserError ? error : undecodable(file, error);
  }
}

interface FoundChunks extends Pick<PngChunks, "palette" | "frames"> {
  readonly parts: readonly DataPart[];
}

/** The data itself is skipped. @throws Error as `readPngChunks` */
async function findChunks(handle: FileHandle, { indexed }: PngHeader): Promise<FoundChunks> {
  const { size } = await handle.stat();
  const parts: DataPart[] = [];
  let palette: PngChunks["palette"];
  let frames = 1;
  for (let at = pngSignature.length; ; ) {
    if (at + 12 > size) throw new Error("the end of the file is missing");
    const start = await bytesAt(handle, at, 8);
    const length = start.readUInt32BE(0);
    const name = start.toString("latin1", 4, 8);
    if (at + 12 + length > size) throw new Error("the end of the file is missing");
    if (name === "IEND") break;
    if (name === "IDAT") parts.push({ at: at + 8, length });
    else if (name === "PLTE" || name === "acTL") {
      const chunk = await bytesAt(handle, at + 4, length + 8);
      if (crc32(chunk.subarray(0, length + 4)) !== chunk.readUInt32BE(length + 4))
        throw new Error(`wrong checksum of ${name}`);
      const content = chunk.subarray(4, length + 4);
      if (name === "PLTE") palette = readPalette(content);
      else if (length >= 4) frames = content.readUInt32BE(0);
    } else if (isNecessaryChunk(name) && name !== "IHDR") throw new Error(`the chunk ${name} is not known`);
    at += 12 + length;
  }
  if (parts.length === 0) throw new Error("it has no image data");
  if (indexed && palette === undefined) throw new Error("it has no palette");
  return { palette: indexed ? palette : undefined, frames, parts };
}

function streamedRows(
  file: string,
  handle: FileHandle,
  { header, palette, parts }: { readonly header: PngHeader } & Omit<FoundChunks, "frames">,
): StoredRows {
  const { width, height, channels, depth } = header;
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const lines = scanlines(inflated(handle, parts), rowBytes + 1);
  let before: Uint8Array | undefined;
  let at = 0;
  const next = async (count: number) => {
    const rows = Math.min(count, height - at);
    const length = rows * width * channels;
    const samples = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
    try {
      for (let row = 0; row < rows; row++) {
        const { value, done } = await lines.next();
        if (done === true || value.length <= rowBytes) throw new Error("the end of the image is missing");
        const line = value.subarray(1);
        unfilter(value[0] ?? 0, line, before, Math.max(1, (channels * depth) / 8));
        spreadLine(line, header, samples, row * width * channels);
        before = line;
      }
      at += rows;
      // what is left to read is the checksum of the data
      if (at === height && (await lines.next()).done !== true) throw moreThanImage(file, header);
    } catch (error) {
      throw error instanceof UserError ? error : undecodable(file, error);
    }
    return { width, height: rows, depth, channels, samples, palette };
  };
  const close = async () => {
    await lines.return(undefined);
    await handle.close();
  };
  return { width, height, depth, channels, palette, next, close };
}

/** The zlib stream of the data chunks, each checked as it is read. */
function inflated(handle: FileHandle, parts: readonly DataPart[]): AsyncIterable<Buffer> {
  async function* compressed() {
    for (const { at, length } of parts) {
      let checksum = crc32("IDAT");
      for (let from = 0; from < length; from += atATime) {
        const bytes = await bytesAt(handle, at + from, Math.min(atATime, length - from));
        checksum = crc32(bytes, checksum);
        yield bytes;
      }
      if ((await bytesAt(handle, at + length, 4)).readUInt32BE(0) !== checksum)
        throw new Error("wrong checksum of IDAT");
    }
  }
  const inflate = createInflate({ chunkSize: atATime });
  // an error ends the iteration over what is inflated, where it is met
  return pipeline(Readable.from(compressed()), inflate, () => {});
}

/** Lines of so many bytes, the last of what is left: two arrays in turn, so that a line and that before it are held and nothing is left to be collected. */
async function* scanlines(
  chunks: AsyncIterable<Buffer>,
  length: number,
): AsyncGenerator<Uint8Array, undefined> {
  let [line, other] = [new Uint8Array(length), new Uint8Array(length)];
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + length - filled);
      line.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < length) continue;
      yield line;
      [line, other] = [other, line];
      filled = 0;
    }
  }
  if (filled > 0) yield line.subarray(0, filled);
  return undefined;
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  if (bytesRead < length) throw new Error("the end of the file is missing");
  return bytes;
}
