/**
 * Tensors in files as they are, of any type: the safetensors format (huggingface/safetensors, README, "Format").
 *
 * Eight bytes, little-endian: the header's length. The header: JSON with each tensor's type, shape and place. Then the values,
 * in row-major order, little-endian.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, reasonOf } from "../files/file-error.ts";
import { UserError } from "../user-error.ts";
import { malformed, parseHeader } from "./safetensors-header.ts";
import { numberFormats, unreadFormats } from "./safetensors-values.ts";
import { elementCount } from "./weight-name.ts";

export interface StoredTensor {
  readonly name: string;
  /** "F32", "I64" */
  readonly type: string;
  readonly shape: readonly number[];
  /** The values in row-major order, little-endian. */
  readonly bytes: Uint8Array;
}

export interface TensorFile {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Larger headers are refused, as the reference implementation does. */
const longestHeader = 100_000_000;

/** @throws UserError naming the file */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    // Opening a pipe would wait for a writer.
    const entry = await stat(file);
    if (entry.isDirectory())
      throw new UserError(
        `${file} is a folder, not a weights file`,
        `of a run the best weights are ${join(file, "weights.safetensors")}`,
      );
    if (!entry.isFile()) throw new UserError(`${file} cannot be read: it is not a regular file`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (errorCode(error) === "ENOENT")
      throw new UserError(
        `${file} does not exist`,
        "a run writes its weights to the folder of its --out: out/NETWORK/weights.safetensors",
      );
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** In the header's order. @throws UserError naming the file when it is malformed */
export function decodeTensors(bytes: Uint8Array, file: string): TensorFile {
  if (bytes.length < 8) {
    throw malformed(file, `it has ${bytes.length} bytes, and the header's length alone takes 8`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > longestHeader) {
    throw malformed(
      file,
      `it says its header is ${headerLength} bytes long; at most ${longestHeader} are allowed`,
    );
  }
  const dataBegin = 8 + Number(headerLength);
  if (dataBegin > bytes.length) {
    throw malformed(file, `it says its header is ${headerLength} bytes long, and has ${bytes.length - 8}`);
  }
  const text = decodeText(bytes.subarray(8, dataBegin), file);
  const { entries, metadata } = parseHeader(text, bytes.length - dataBegin, file);
  const tensors = entries.map(({ name, type, shape, begin, end }) => ({
    name,
    type,
    shape,
    bytes: bytes.subarray(dataBegin + begin, dataBegin + end),
  }));
  return { tensors, metadata };
}

/**
 * The file's bytes, in parts. The header is padded with spaces so that the values begin at a multiple of 8 bytes, and wider types
 * come first, so that every value is aligned: other readers of the format need that.
 */
export function encodeTensors({ tensors, metadata }: TensorFile): readonly Uint8Array[] {
  const inPlace = [...tensors].sort((a, b) => bytesOf(b.type) - bytesOf(a.type));
  const offsets = new Map<string, readonly [begin: number, end: number]>();
  let begin = 0;
  for (const { name, type, shape, bytes } of inPlace) {
    if (name === "__metadata__") throw new Error('a weight cannot be called "__metadata__"');
    if (elementCount(shape) * bytesOf(type) !== bytes.length) {
      throw new Error(`${name}: ${type} of shape [${shape.join(", ")}] does not hold ${bytes.length} bytes`);
    }
    offsets.set(name, [begin, begin + bytes.length]);
    begin += bytes.length;
  }
  const entries: [string, unknown][] = tensors.map(({ name, type, shape }) => [
    name,
    { dtype: type, shape, data_offsets: offsets.get(name) },
  ]);
  if (metadata.size > 0) entries.unshift(["__metadata__", Object.fromEntries(metadata)]);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), "utf8");
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return [length, header, ...inPlace.map(({ bytes }) => bytes)];
}

/** As float32; `undefined`: integers, truth values and floats of 8 bits, which are no weights. */
export function valuesOf({ type, shape, bytes }: StoredTensor): Float32Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return numberFormats.get(type)?.decode(view, elementCount(shape));
}

function bytesOf(type: string): number {
  const bytes = numberFormats.get(type)?.bytes ?? unreadFormats.get(type);
  if (bytes === undefined) throw new Error(`there is no type ${type}`);
  return bytes;
}

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(file, "its header is not UTF-8 text");
  }
}
