/** NPY files: one array of NumPy's (numpy.lib.format, versions 1 to 3). */
import { UserError } from "../../user-error.ts";
import { undecodable } from "../read-bytes.ts";
import type { ImageStack, StoredArray } from "./stored-array.ts";

type Read = (view: DataView, at: number, little: boolean) => number;

const kinds: Readonly<
  Record<string, { readonly type: StoredArray["type"]; readonly bytes: number; readonly read: Read }>
> = {
  b1: { type: "bool", bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { type: "uint8", bytes: 1, read: (view, at) => view.getUint8(at) },
  i1: { type: "other", bytes: 1, read: (view, at) => view.getInt8(at) },
  u2: { type: "uint16", bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { type: "other", bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { type: "other", bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { type: "other", bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u8: { type: "other", bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { type: "other", bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { type: "other", bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { type: "other", bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/**
 * [height, width], [height, width, channels] of 1, 3 or 4 channels; of a stack with the number of images before them.
 * @param stacked whether the first axis counts images; with four axes it always does
 * @throws UserError for other shapes and types, a damaged file
 */
export function readNpy(bytes: Uint8Array, file: string, stacked: boolean): ImageStack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { text, start } = headerOf(bytes, view, file);
  const description = /'descr':\s*'([<>|=]?)(\w+)'/.exec(text);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (description === null || shape === undefined) throw unsupported(file, "records or Python objects");
  const [, order = "", name = ""] = description;
  const kind = kinds[name];
  if (kind === undefined) throw unsupported(file, `the type ${name}`);
  const sizes = shape
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const many = stacked || sizes.length === 4;
  const [height, width, channels = 1, ...more] = many ? sizes.slice(1) : sizes;
  if (height === undefined || width === undefined || more.length > 0 || ![1, 3, 4].includes(channels)) {
    throw new UserError(
      `${file} has the shape (${sizes.join(", ")}), and an image has (height, width) or (height, width, channels) with 1, 3 or 4 channels`,
      "Save it with the channels last; where the first axis counts images, add slices to the folder of the train section.",
    );
  }
  const all = sizes.reduce((product, size) => product * size, 1);
  if (start + all * kind.bytes > bytes.length)
    throw undecodable(file, new Error("the end of the array is missing"));
  const steps = stepsOf(sizes, /'fortran_order':\s*True/.test(text));
  const [stepSlice, stepY, stepX, stepC] = many ? steps : [0, ...steps];
  const little = order !== ">";
  const at = (slice: number): StoredArray => {
    const values = new Float64Array(height * width * channels);
    for (let i = 0; i < values.length; i++) {
      const [pixel, c] = [Math.floor(i / channels), i % channels];
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      const element = slice * (stepSlice ?? 0) + y * (stepY ?? 0) + x * (stepX ?? 0) + c * (stepC ?? 0);
      values[i] = kind.read(view, start + element * kind.bytes, little);
    }
    return { height, width, channels, type: kind.type, values };
  };
  return { count: many ? (sizes[0] ?? 0) : undefined, height, width, at };
}

function headerOf(
  bytes: Uint8Array,
  view: DataView,
  file: string,
): { readonly text: string; readonly start: number } {
  const wide = (bytes[6] ?? 0) >= 2;
  const from = wide ? 12 : 10;
  const length =
    bytes.length < from ? Number.POSITIVE_INFINITY : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (from + length > bytes.length) throw undecodable(file, new Error("the end of the header is missing"));
  return { text: Buffer.from(bytes.subarray(from, from + length)).toString("latin1"), start: from + length };
}

/** Elements from one index to the next, of each axis. */
function stepsOf(sizes: readonly number[], fortran: boolean): readonly number[] {
  return sizes.map((_, axis) =>
    (fortran ? sizes.slice(0, axis) : sizes.slice(axis + 1)).reduce((product, size) => product * size, 1),
  );
}

function unsupported(file: string, what: string): UserError {
  return new UserError(
    `${file} holds ${what}, which is no image`,
    "Save it as numbers: uint8, uint16, int32, float32 …",
  );
}
