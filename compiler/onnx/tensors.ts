/** Tensors of ONNX: their values are little-endian bytes. */
import { dataTypes, type Message } from "./schema.ts";

export interface FloatValues {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export function floatTensor(name: string, { shape, data }: FloatValues): Message<"TensorProto"> {
  return { name, dims: shape, data_type: dataTypes.float, raw_data: floatBytes(data) };
}

/** The number one, as ConstantOfShape takes it. */
export const one = floatTensor("one", { shape: [1], data: Float32Array.of(1) });

export function int64Tensor(name: string, shape: readonly number[], values: readonly number[]) {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
  const raw_data = new Uint8Array(view.buffer);
  return { name, dims: shape, data_type: dataTypes.int64, raw_data } satisfies Message<"TensorProto">;
}

/** Not copied where the machine's own order is the file's. */
function floatBytes(values: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}
