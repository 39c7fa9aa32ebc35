/** NPY files: one array of NumPy's (numpy.lib.format, versions 1 to 3). */
import { UserError } from "../../user-error.ts";
import type { ByteSource } from "../byte-source.ts";
import { undecodable } from "../read-bytes.ts";
import type { ImageStack, RowRange, StoredArray } from "./stored-array.ts";

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
 * Images are read when they are asked for; where the elements of one are spread over the file (Fortran's order), all of it once.
 * @throws UserError for other shapes and types, a damaged file
 */
export async function readNpy(source: ByteSource, file: string, stacked: boolean): Promise<ImageStack> {
  const { text, start } = await headerOf(source, file);
  const description = /'descr':\s*'([<>|=]?)(\w+)'/.exec(text);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (description === null || shape === undefined) throw unsupported(file, "records or Python objects");
  const [, order = "", name = ""] = description;
  const kind = kinds[name];
  if (kind === undefined) throw unsupported(file, `the type ${name}`);
  const sizes = sizesOf(shape);
  if (sizes === undefined) throw undecodable(file, new Error(`its shape is (${shape})`));
  const many = stacked || sizes.length === 4;
  const [height, width, channels = 1, ...more] = many ? sizes.slice(1) : sizes;
  if (height === undefined || width === undefined || more.length > 0 || ![1, 3, 4].includes(channels)) {
    throw new UserError(
      `${file} has the shape (${sizes.join(", ")}), and an image has (height, width) or (height, width, channels) with 1, 3 or 4 channels`,
      "save it with the channels last; where the first axis counts images, add slices to the folder of the train section",
    );
  }
  const all = sizes.reduce((product, size) => product * size, 1);
  if (start + all * kind.bytes > source.size)
    throw undecodable(file, new Error("the end of the array is missing"));
  const little = order !== ">";
  const rowElements = width * channels;
  const elementsAt = async (first: number, count: number): Promise<DataView> => {
    try {
      const { buffer, byteOffset, byteLength } = await source.read(
        start + first * kind.bytes,
        count * kind.bytes,
      );
      return new DataView(buffer, byteOffset, byteLength);
    } catch (error) {
      throw error instanceof RangeError ? undecodable(file, error) : error;
    }
  };
  const inOrder = async (slice: number, { first, count }: RowRange): Promise<Float64Array> => {
    const values = new Float64Array(count * rowElements);
    const view = await elementsAt((slice * height + first) * rowElements, values.length);
    for (let i = 0; i < values.length; i++) values[i] = kind.read(view, i * kind.bytes, little);
    return values;
  };
  let whole: Promise<DataView> | undefined;
  const spread = async (slice: number, { first, count }: RowRange): Promise<Float64Array> => {
    whole ??= elementsAt(0, all);
    const view = await whole;
    const steps = sizes.map((_, axis) => sizes.slice(0, axis).reduce((product, size) => product * size, 1));
    const [stepSlice = 0, stepY = 0, stepX = 0, stepC = 0] = many ? steps : [0, ...steps];
    const values = new Float64Array(count * rowElements);
    for (let i = 0; i < values.length; i++) {
      const [pixel, c] = [Math.floor(i / channels), i % channels];
      const [y, x] = [first + Math.floor(pixel / width), pixel % width];
      const element = slice * stepSlice + y * stepY + x * stepX + c * stepC;
      values[i] = kind.read(view, element * kind.bytes, little);
    }
    return values;
  };
  const read = /'fortran_order':\s*True/.test(text) ? spread : inOrder;
  const at = async (slice: number, rows: RowRange): Promise<StoredArray> => ({
    height: rows.count,
    width,
    channels,
    type: kind.type,
    values: await read(slice, rows),
  });
  return { count: many ? (sizes[0] ?? 0) : undefined, height, width, at };
}

async function headerOf(
  source: ByteSource,
  file: string,
): Promise<{ readonly text: string; readonly start: number }> {
  const start = await source.read(0, Math.min(12, source.size));
  const wide = (start[6] ?? 0) >= 2;
  const from = wide ? 12 : 10;
  const length =
    start.length < from ? Number.POSITIVE_INFINITY : wide ? start.readUInt32LE(8) : start.readUInt16LE(8);
  if (from + length > source.size) throw undecodable(file, new Error("the end of the header is missing"));
  return { text: (await source.read(from, length)).toString("latin1"), start: from + length };
}

/** "480, 640, 3"; Python 2 wrote whole numbers as 480L. `undefined`: they are no sizes. */
function sizesOf(shape: string): readonly number[] | undefined {
  const texts = shape.split(",").map((part) => part.trim());
  const sizes = texts.filter((text) => text !== "").map((text) => Number(text.replace(/L$/, "")));
  return sizes.every((size) => Number.isSafeInteger(size) && size >= 0) ? sizes : undefined;
}

function unsupported(file: string, what: string): UserError {
  return new UserError(
    `${file} holds ${what}, which is no image`,
    "save it as numbers: uint8, uint16, int32, float32 …",
  );
}
