/** Tensors of other floating-point types as float32. */
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";
import { littleEndian } from "./safetensors.ts";
import { type StoredTensor, valuesOf } from "./tensor-file.ts";

/** Integers stay as they are. @throws UserError naming a tensor with a value that float32 cannot hold */
export function asFloat32(tensor: StoredTensor, file: string): StoredTensor {
  if (tensor.type === "F32") return tensor;
  const values = valuesOf(tensor);
  if (values === undefined) return tensor;
  if (tensor.type === "F64") {
    const { buffer, byteOffset, byteLength } = tensor.bytes;
    const view = new DataView(buffer, byteOffset, byteLength);
    const lost = values.findIndex(
      (value, i) => !Number.isFinite(value) && Number.isFinite(view.getFloat64(8 * i, true)),
    );
    if (lost >= 0)
      throw new UserError(
        `${file}: ${quoteName(tensor.name)} holds ${view.getFloat64(8 * lost, true)}, which is too large for float32`,
        "leave --float32 out",
      );
  }
  return { ...tensor, type: "F32", bytes: littleEndian(values) };
}
