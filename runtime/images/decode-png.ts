/** A PNG file as its stored samples: packed bits spread to one sample each, palette indices left as they are. */
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { errorCode } from "../files/file-error.ts";
import { UserError } from "../user-error.ts";
import { checkPixels } from "./pixel-limit.ts";
import { type PngChunks, type PngHeader, readPngChunks, readPngHeader } from "./png-chunks.ts";
import { samplesOfScanlines, scanlineBytes } from "./png-scanlines.ts";
import { undecodable } from "./read-bytes.ts";
import { refuseSeveral } from "./several-images.ts";

export interface StoredPng extends Pick<PngHeader, "width" | "height" | "depth" | "channels"> {
  /** [height, width, channels]; unscaled: 0 … 2^depth − 1. */
  readonly samples: Uint8Array | Uint16Array;
  readonly palette: PngChunks["palette"];
}

/** Bytes that zlib inflates at a time: what is inflated past the image's end is at most so much. */
const inflatedAtATime = 2 ** 18;

/** @throws UserError for a damaged file, more pixels than the limit, more data than the image has, an animation */
export async function decodePng(bytes: Uint8Array, file: string): Promise<StoredPng> {
  try {
    const header = readPngHeader(bytes);
    checkPixels(file, header.height, header.width);
    const { palette, frames, data } = readPngChunks(bytes, header);
    refuseSeveral(file, frames, "frames");
    const samples = samplesOfScanlines(await inflateScanlines(data, header, file), header);
    const { width, height, depth, channels } = header;
    return { width, height, depth, channels, samples, palette };
  } catch (error) {
    throw error instanceof UserError ? error : undecodable(file, error);
  }
}

/** Exactly the bytes that the header implies. */
async function inflateScanlines(
  data: readonly Uint8Array[],
  header: PngHeader,
  file: string,
): Promise<Uint8Array> {
  const length = scanlineBytes(header);
  const options = { maxOutputLength: length, chunkSize: Math.max(64, Math.min(length, inflatedAtATime)) };
  let scanlines: Uint8Array;
  try {
    scanlines = await promisify(inflate)(Buffer.concat(data), options);
  } catch (error) {
    if (errorCode(error) !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw moreThanImage(file, header);
  }
  if (scanlines.length < length) throw new Error("the end of the image is missing");
  return scanlines;
}

export function moreThanImage(
  file: string,
  { height, width }: Pick<PngHeader, "height" | "width">,
): UserError {
  return new UserError(
    `${file} holds more data than an image of ${height}×${width} pixels needs`,
    "it is damaged, or was made to exhaust memory: remove it",
  );
}
