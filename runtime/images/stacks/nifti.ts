/** NIfTI files (versions 1 and 2, also compressed by gzip): a volume whose slices along its third axis are images. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { UserError } from "../../user-error.ts";
import { type ByteSource, bytesInMemory } from "../byte-source.ts";
import { pixelLimit } from "../pixel-limit.ts";
import { undecodable } from "../read-bytes.ts";
import type { ImageStack, RowRange, StoredArray } from "./stored-array.ts";

type Read = (view: DataView, at: number, little: boolean) => number;

/** By the code of the data type (nifti1.h). */
const kinds: Readonly<
  Record<number, { readonly type: StoredArray["type"]; readonly bytes: number; readonly read: Read }>
> = {
  2: { type: "uint8", bytes: 1, read: (view, at) => view.getUint8(at) },
  4: { type: "other", bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  8: { type: "other", bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  16: { type: "other", bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  64: { type: "other", bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  256: { type: "other", bytes: 1, read: (view, at) => view.getInt8(at) },
  512: { type: "uint16", bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  768: { type: "other", bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
};

/** Bytes of a header, which are its first field: of version 1 and of version 2. What follows are extensions. */
const headerLengths: readonly number[] = [348, 540];

/**
 * Slices are read when they are asked for; of a compressed volume all is in memory. Rows are the second axis and columns the first, in the order of the file; axes after the third count further slices. Values are scaled
 * as the header says.
 * @throws UserError for types that are no numbers, a damaged file
 */
export async function readNifti(stored: ByteSource, file: string): Promise<ImageStack> {
  const { readHeader } = await import("nifti-reader-js");
  const source = await inflated(stored, file);
  const buffer = await headerOf(source);
  let header: ReturnType<typeof readHeader> | null;
  try {
    header = readHeader(buffer);
  } catch (error) {
    throw undecodable(file, error);
  }
  if (header === null) throw undecodable(file, new Error("it has no NIfTI header"));
  const {
    dims,
    datatypeCode,
    vox_offset: start,
    littleEndian: little,
    scl_slope: slope,
    scl_inter: shift,
  } = header;
  const [axes = 0, width = 0, height = 0, ...further] = dims;
  const kind = kinds[datatypeCode];
  if (kind === undefined || axes < 2) {
    throw new UserError(
      `${file} has ${axes < 2 ? "one axis" : `the data type ${datatypeCode}`}, and images are read from volumes of real numbers`,
      "save it as integers or floating-point numbers",
    );
  }
  if (![width, height].every((size) => Number.isInteger(size) && size > 0))
    throw undecodable(file, new Error(`its header has the size ${height}×${width}`));
  if (!(Number.isInteger(start) && start >= buffer.byteLength))
    throw undecodable(file, new Error(`its header places the volume at byte ${start}`));
  const count = further
    .slice(0, Math.max(0, axes - 2))
    .reduce((product, size) => product * Math.max(1, size), 1);
  if (start + count * height * width * kind.bytes > source.size)
    throw undecodable(file, new Error("the end of the volume is missing"));
  const scaled = Number.isFinite(slope) && slope !== 0 && (slope !== 1 || shift !== 0);
  const at = async (slice: number, rows: RowRange): Promise<StoredArray> => {
    const values = new Float64Array(rows.count * width);
    const from = start + (slice * height + rows.first) * width * kind.bytes;
    const bytes = await source.read(from, values.length * kind.bytes).catch((error: unknown) => {
      throw error instanceof RangeError ? undecodable(file, error) : error;
    });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < values.length; i++) {
      const value = kind.read(view, i * kind.bytes, little);
      values[i] = scaled ? slope * value + shift : value;
    }
    return { height: rows.count, width, channels: 1, type: scaled ? "other" : kind.type, values };
  };
  return { count, height, width, at };
}

/** The header alone, in either byte order; of other files nothing. */
async function headerOf(source: ByteSource): Promise<ArrayBuffer> {
  const start = await source.read(0, Math.min(4, source.size));
  const lengths = start.length < 4 ? [] : [start.readUInt32LE(), start.readUInt32BE()];
  const length = lengths.find((one) => headerLengths.includes(one)) ?? 0;
  return Uint8Array.from(await source.read(0, Math.min(length, source.size))).buffer;
}

async function inflated(source: ByteSource, file: string): Promise<ByteSource> {
  const start = await source.read(0, Math.min(2, source.size));
  if (start[0] !== 0x1f || start[1] !== 0x8b) return source;
  try {
    const bytes = await source.read(0, source.size);
    return bytesInMemory(await promisify(gunzip)(bytes, { maxOutputLength: 8 * pixelLimit() + 2 ** 16 }));
  } catch (error) {
    throw undecodable(file, error);
  }
}
