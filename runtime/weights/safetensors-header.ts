/** The JSON header of a safetensors file, checked: every tensor's bytes are where they must be, and every byte is a tensor's. */
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";
import { repeatedKey } from "./repeated-key.ts";
import { numberFormats, unreadFormats } from "./safetensors-values.ts";
import { elementCount } from "./weight-name.ts";

export interface TensorEntry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Offsets into the data that follows the header, in bytes. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the header's order. */
  readonly entries: readonly TensorEntry[];
}

/**
 * @param dataLength bytes after the header.
 * @throws UserError naming the file when the header breaks the format's rules.
 */
export function parseHeader(text: string, dataLength: number, file: string): SafetensorsHeader {
  if (!text.startsWith("{")) throw malformed(file, "its header does not begin with {");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw malformed(file, `its header is not JSON (${error instanceof Error ? error.message : error})`);
  }
  if (!isRecord(header)) throw malformed(file, "its header is not a JSON object");
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw malformed(file, `its header describes ${quoteName(repeated)} twice`);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => parseEntry(name, value, file));
  checkCover(entries, dataLength, file);
  const metadata = Object.hasOwn(header, "__metadata__") ? header.__metadata__ : {};
  return { metadata: parseMetadata(metadata, file), entries };
}

export function malformed(file: string, what: string): UserError {
  if (/\.fcn$/i.test(file))
    return new UserError(
      `${file} is a program, and a weights file is expected here`,
      "the weights of its run are out/NETWORK/weights.safetensors",
    );
  return new UserError(
    `${file} is not a valid safetensors file: ${what}`,
    "the file is damaged or of another format: use an undamaged copy, or a checkpoint written before it",
  );
}

function parseMetadata(value: unknown, file: string): ReadonlyMap<string, string> {
  if (!isRecord(value)) throw malformed(file, "__metadata__ is not an object");
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string")
      throw malformed(file, `__metadata__ entry ${quoteName(key)} is not a string`);
    metadata.set(key, text);
  }
  return metadata;
}

function parseEntry(name: string, value: unknown, file: string): TensorEntry {
  const where = `tensor ${quoteName(name)}`;
  if (!isRecord(value)) throw malformed(file, `${where} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") throw malformed(file, `${where} has no dtype`);
  const bytes = numberFormats.get(dtype)?.bytes ?? unreadFormats.get(dtype);
  if (bytes === undefined) {
    throw new UserError(
      `${file}: ${where} has the unknown dtype ${quoteName(dtype)}`,
      `convert it to one of ${[...numberFormats.keys()].join(", ")}`,
    );
  }
  if (!isExtents(shape)) throw malformed(file, `${where} has no shape of whole numbers`);
  if (!isExtents(offsets) || offsets.length !== 2) {
    throw malformed(file, `${where} has no data_offsets [begin, end]`);
  }
  const [begin = 0, end = 0] = offsets;
  const expected = elementCount(shape) * bytes;
  if (end - begin !== expected) {
    throw malformed(
      file,
      `${where} of shape [${shape.join(", ")}] needs ${expected} bytes and has ${end - begin}`,
    );
  }
  return { name, type: dtype, shape, begin, end };
}

/** The format allows neither overlaps nor holes nor bytes left over, so that a file has one reading only. */
function checkCover(entries: readonly TensorEntry[], dataLength: number, file: string): void {
  let covered = 0;
  let previous = "the header";
  const inPlace = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, begin, end } of inPlace) {
    if (begin < covered) throw malformed(file, `tensor ${quoteName(name)} overlaps ${previous}`);
    if (begin > covered) {
      throw malformed(file, `${begin - covered} bytes before tensor ${quoteName(name)} belong to no tensor`);
    }
    covered = end;
    previous = `tensor ${quoteName(name)}`;
  }
  if (covered > dataLength) {
    throw malformed(file, `it ends ${covered - dataLength} bytes before the end of ${previous}`);
  }
  if (covered < dataLength) {
    throw malformed(file, `its last ${dataLength - covered} bytes belong to no tensor`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isExtents(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
}
