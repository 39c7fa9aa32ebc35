/**
 * A second tensor of the same values on WebAssembly: they share their memory, as on the other backends.
 *
 * tfjs-backend-wasm copies. TensorFlow.js takes such a tensor of everything it keeps for the backward pass, so copies cost a
 * U-Net's training step a third of its memory. No kernel writes into its input, so sharing is safe.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";

interface Sharing {
  readonly incRef: (dataId: object) => void;
}

export function wasmIdentity(
  _tf: TensorFlow,
  { x }: { readonly x: TensorInfo },
  _attributes: object,
  backend: unknown,
): TensorInfo {
  (backend as Sharing).incRef(x.dataId); // tfjs hands kernels their own backend, typed {}
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}
