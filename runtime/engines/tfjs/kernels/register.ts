/** Kernels of our own, registered once with TensorFlow.js. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../lowering.ts";
import { wasmAxisMap } from "./wasm-axis-map.ts";
import { wasmJoinChannels, wasmPartChannels } from "./wasm-channels.ts";
import { wasmDepthwiseFilterGradient } from "./wasm-depthwise-filter-gradient.ts";
import { wasmFilterGradient } from "./wasm-filter-gradient.ts";
import { wasmIdentity } from "./wasm-identity.ts";
import { wasmInputGradient } from "./wasm-input-gradient.ts";
import { wasmFetchFromPlaces, wasmMaximumPlaces, wasmPutToPlaces } from "./wasm-windows.ts";

const registered = new WeakSet<object>();

type WasmKernel = (
  tf: TensorFlow,
  inputs: never,
  attributes: never,
  backend: unknown,
) => TensorInfo | TensorInfo[];

/** By kernel name. Those that tfjs-backend-wasm has are replaced. */
const wasmKernels: { readonly [name: string]: WasmKernel } = {
  Identity: wasmIdentity,
  Conv2DBackpropFilter: wasmFilterGradient,
  Conv2DBackpropInput: wasmInputGradient,
  DilatedFilterGradient: wasmFilterGradient,
  MaximumPlaces: wasmMaximumPlaces,
  PutToPlaces: wasmPutToPlaces,
  FetchFromPlaces: wasmFetchFromPlaces,
  AxisMap: wasmAxisMap,
  DepthwiseFilterGradient: wasmDepthwiseFilterGradient,
  JoinChannels: wasmJoinChannels,
  PartChannels: wasmPartChannels,
};

/**
 * Adds what the WebAssembly backend lacks, once its package is imported (whose import would overwrite ours). To be called
 * after that and before the backend runs anything; without the package, and when called again, it does nothing.
 */
export function registerKernels(tf: TensorFlow): void {
  if (registered.has(tf) || tf.findBackendFactory("wasm") === null) return;
  registered.add(tf);
  for (const [kernelName, kernel] of Object.entries(wasmKernels)) {
    if (tf.getKernel(kernelName, "wasm") !== undefined) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      // Whoever calls a kernel by its name gives it its own inputs and attributes.
      kernelFunc: ({ inputs, attrs, backend }) => kernel(tf, inputs as never, attrs as never, backend),
    });
  }
}
