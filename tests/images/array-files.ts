/** NPY and NIfTI files made from numbers, as their specifications describe them. */
import { gzipSync } from "node:zlib";

type Numbers =
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array;

/** numpy.lib.format, version 1.0. @param descr "<f4", "|u1" */
export function npyFile(data: Numbers, descr: string, shape: readonly number[], fortran = false): Buffer {
  const comma = shape.length === 1 ? "," : "";
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape.join(", ")}${comma}), }`;
  const padded = `${dictionary.padEnd(64 * Math.ceil((dictionary.length + 11) / 64) - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY\x01\x00", "latin1"),
    length,
    Buffer.from(padded, "latin1"),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ]);
}

/** nifti1.h: a header of 348 bytes, four bytes without extensions, the volume with its first axis fastest. */
export function niftiFile(
  data: Numbers,
  dims: readonly number[],
  { slope = 0, shift = 0, compressed = false } = {},
): Buffer {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  header.writeInt16LE(dims.length, 40);
  for (const [i, size] of dims.entries()) header.writeInt16LE(size, 42 + 2 * i);
  const codes = {
    Uint8Array: 2,
    Int16Array: 4,
    Int32Array: 8,
    Float32Array: 16,
    Float64Array: 64,
    Uint16Array: 512,
  };
  header.writeInt16LE(codes[data.constructor.name as keyof typeof codes], 70); // one of the types above
  header.writeInt16LE(8 * data.BYTES_PER_ELEMENT, 72);
  header.writeFloatLE(352, 108);
  header.writeFloatLE(slope, 112);
  header.writeFloatLE(shift, 116);
  header.write("n+1\0", 344, "latin1");
  const file = Buffer.concat([header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
  return compressed ? gzipSync(file) : file;
}
