/** Kernels that TensorFlow.js does not know of, for the backends that have them (register.ts). */
import type { Tensor, TensorFlow } from "./lowering.ts";

export type OwnKernel =
  | "MaximumPlaces"
  | "PutToPlaces"
  | "FetchFromPlaces"
  | "AxisMap"
  | "DepthwiseFilterGradient"
  | "DilatedFilterGradient"
  | "JoinChannels"
  | "PartChannels";

/** The result, or `undefined` where the current backend has no such kernel and the operation must be composed. */
export function runOwnKernel<T extends Tensor>(
  tf: TensorFlow,
  kernel: OwnKernel,
  inputs: Record<string, Tensor>,
  attributes: object,
): T | undefined {
  if (tf.getKernel(kernel, tf.getBackend()) === undefined) return undefined;
  const attrs = attributes as never; // NamedAttrMap, an index signature that no object type meets
  return tf.engine().runKernel(kernel, inputs, attrs) as T; // each kernel has one output, of the rank its caller names
}
