/** Padding: by the kernel, or around the map before it. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { hasArrays } from "../kernels/array-heap.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { margins } from "./sizes.ts";

/** Backends that take any padding, and a stride with a dilation; the others get padded maps. */
export function padsItself(tf: TensorFlow): boolean {
  return hasArrays(tf.getBackend());
}

export function padded(tf: TensorFlow, x: Tensor4D, attributes: ConvolutionAttributes): Tensor4D {
  const around = margins(attributes);
  return around.flat().every((positions) => positions === 0) ? x : tf.pad(x, around);
}

export function kernel<T extends Tensor>(
  tf: TensorFlow,
  name: string,
  inputs: Record<string, Tensor>,
  attributes: object,
): T {
  return tf.engine().runKernel(name, inputs, attributes as never) as T; // of the rank its caller knows
}
