/** The number formats a safetensors file may hold its values in, read as float32. All are little-endian. */

export interface NumberFormat {
  readonly bytes: number;
  readonly decode: (view: DataView, count: number) => Float32Array;
}

/** By the name the header gives them. Values of F64 are rounded to float32; the others are exact. */
export const numberFormats: ReadonlyMap<string, NumberFormat> = new Map([
  ["F32", { bytes: 4, decode: (view, count) => fill(count, (i) => view.getFloat32(4 * i, true)) }],
  ["F64", { bytes: 8, decode: (view, count) => fill(count, (i) => view.getFloat64(8 * i, true)) }],
  ["F16", { bytes: 2, decode: (view, count) => fill(count, (i) => fromHalf(view.getUint16(2 * i, true))) }],
  ["BF16", { bytes: 2, decode: decodeBrainFloat }],
]);

/**
 * Bytes of a value in the formats that are counted over and not read: whole numbers, truth values, floats of 8 bits. PyTorch counts
 * the batches of a normalisation in I64 beside its weights.
 */
export const unreadFormats: ReadonlyMap<string, number> = new Map([
  ...(["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"] as const).map((type) => [type, 1] as const),
  ...(["U16", "I16"] as const).map((type) => [type, 2] as const),
  ...(["U32", "I32"] as const).map((type) => [type, 4] as const),
  ...(["U64", "I64"] as const).map((type) => [type, 8] as const),
]);

function fill(count: number, value: (index: number) => number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = value(i);
  return values;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function decodeBrainFloat(view: DataView, count: number): Float32Array {
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(bits.buffer);
}
