/**
 * Weights in files: the safetensors format (huggingface/safetensors, README, "Format").
 *
 * Eight bytes, little-endian: the header's length. The header: JSON with each tensor's type, shape and place. Then the values,
 * in row-major order, little-endian.
 */
import { readFile, stat } from "node:fs/promises";
import { endianness } from "node:os";
import type { WeightArray } from "../arrays.ts";
import { writeAtomically } from "../files/atomic-write.ts";
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";
import { malformed, parseHeader } from "./safetensors-header.ts";
import { numberFormats } from "./safetensors-values.ts";
import { elementCount } from "./weight-name.ts";

export interface WeightFile {
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** Tensors of a format that is no weight's, such as counts of batches in I64; left out where there are none. */
  readonly unread?: ReadonlyMap<string, UnreadTensor> | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface UnreadTensor {
  readonly shape: readonly number[];
  /** "I64" */
  readonly type: string;
}

/** Larger headers are refused, as the reference implementation does. */
const longestHeader = 100_000_000;

/** Tensors that a message lists by name. */
const mostNamed = 8;

/**
 * Weights are written as F32, in the map's order.
 * @throws UserError naming the file when it cannot be written.
 */
export async function writeSafetensors(file: string, content: WeightFile): Promise<void> {
  await writeAtomically(file, encodeSafetensors(content));
}

/** @throws UserError naming the file when it cannot be read or is malformed, and each tensor with a value that is not finite. */
export async function readSafetensors(file: string): Promise<WeightFile> {
  let bytes: Uint8Array;
  try {
    // Opening a pipe would wait for a writer.
    if (!(await stat(file)).isFile()) throw new Error("it is not a regular file");
    bytes = await readFile(file);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return decodeSafetensors(bytes, file);
}

/** The file's bytes, in parts. The header is padded with spaces so that the values begin at a multiple of 8 bytes. */
export function encodeSafetensors({ weights, metadata }: WeightFile): readonly Uint8Array[] {
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) entries.push(["__metadata__", Object.fromEntries(metadata)]);
  let begin = 0;
  for (const [name, { shape, data }] of weights) {
    if (name === "__metadata__") throw new Error('a weight cannot be called "__metadata__"');
    if (elementCount(shape) !== data.length) {
      throw new Error(`${name}: shape [${shape.join(", ")}] does not hold ${data.length} values`);
    }
    const end = begin + 4 * data.length;
    entries.push([name, { dtype: "F32", shape, data_offsets: [begin, end] }]);
    begin = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), "utf8");
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return [length, header, ...[...weights.values()].map(({ data }) => littleEndian(data))];
}

/** @throws UserError as `readSafetensors`. */
export function decodeSafetensors(bytes: Uint8Array, file: string): WeightFile {
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
  const header = parseHeader(text, bytes.length - dataBegin, file);
  const weights = new Map<string, WeightArray>();
  const unread = new Map<string, UnreadTensor>();
  for (const { name, type, shape, begin, end } of header.entries) {
    const values = new DataView(bytes.buffer, bytes.byteOffset + dataBegin + begin, end - begin);
    const format = numberFormats.get(type);
    if (format === undefined) unread.set(name, { shape, type });
    else weights.set(name, { shape, data: format.decode(values, elementCount(shape)) });
  }
  checkFinite(weights, file);
  return { weights, ...(unread.size === 0 ? {} : { unread }), metadata: header.metadata };
}

/** Most operations pass NaN on, some kernels turn it into 0: nothing later would name the tensor. */
function checkFinite(weights: ReadonlyMap<string, WeightArray>, file: string): void {
  const wrong = [...weights].flatMap(([name, { data }]) => {
    const value = data.find((number) => !Number.isFinite(number));
    return value === undefined ? [] : [`${quoteName(name)} (${value})`];
  });
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, mostNamed).join(", ");
  const more = wrong.length > mostNamed ? ` and ${wrong.length - mostNamed} more` : "";
  throw new UserError(
    `${file}: ${wrong.length} of ${weights.size} tensors hold values that are not finite in float32: ${shown}${more}`,
    "The training run diverged, or the file is damaged: use weights of an earlier epoch, or train again with a lower learning rate.",
  );
}

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed(file, "its header is not UTF-8 text");
  }
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
