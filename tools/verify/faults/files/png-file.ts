/** PNG files as no program writes them: any header, any data, any chunk. */
import { crc32, deflateSync } from "node:zlib";

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  /** The zlib stream. */
  readonly data: Uint8Array;
  /** Between header and data: PLTE, acTL … */
  readonly chunks?: readonly Uint8Array[];
}

export function pngFile({ width, height, depth, colourType, data, chunks = [] }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    pngChunk("IHDR", header),
    ...chunks,
    pngChunk("IDAT", data),
    pngChunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...parts]);
}

export function pngChunk(name: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A grey image of one level, 8 bits. */
export function greyPng(
  width: number,
  height: number,
  level: number,
  chunks: readonly Uint8Array[] = [],
): Buffer {
  const line = Buffer.alloc(1 + width, level);
  line[0] = 0; // no filter
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return pngFile({ width, height, depth: 8, colourType: 0, data, chunks });
}

/**
 * A zlib stream of so many zeros, made from one deflated megabyte repeated: gigabytes take no time and no memory to write.
 * Without its checksum, which a reader meets last.
 */
export function zerosDeflated(bytes: number): Buffer {
  const megabyte = deflateSync(Buffer.alloc(2 ** 20), { finishFlush: 2 }).subarray(2); // Z_SYNC_FLUSH: ends at a byte, more may follow
  const count = Math.ceil(bytes / 2 ** 20);
  const lastBlock = Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff]); // RFC 1951, section 3.2.4: stored, final, empty
  return Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array.from({ length: count }, () => megabyte),
    lastBlock,
  ]);
}
