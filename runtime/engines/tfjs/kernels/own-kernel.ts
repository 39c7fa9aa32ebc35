/** Kernels that TensorFlow.js does not know of, for the backends that have them (register.ts). */

import type { Tensor, TensorFlow } from "../types.ts";
import { hasArrays } from "./array-heap.ts";

export type OwnKernel =
  | "WindowMaxima"
  | "PutToPlaces"
  | "FetchFromPlaces"
  | "AxisMap"
  | "FilterGradient"
  | "DepthwiseFilterGradient"
  | "JoinChannels"
  | "PartChannels"
  | "FirstLargest"
  | "Lattice";

/** The result, or `undefined` where the current backend has no such kernel and the operation must be composed. */
export function runOwnKernel<T extends Tensor | Tensor[]>(
  tf: TensorFlow,
  kernel: OwnKernel,
  inputs: Record<string, Tensor>,
  attributes: object,
): T | undefined {
  const backend = tf.getBackend();
  if (!hasArrays(backend) || tf.getKernel(kernel, backend) === undefined) return undefined;
  const attrs = attributes as never; // NamedAttrMap, an index signature that no object type meets
  return tf.engine().runKernel(kernel, inputs, attrs) as T; // of the number and ranks that its caller names
}
