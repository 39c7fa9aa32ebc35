/** Kernels of our own, registered once with TensorFlow.js. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { axisMap } from "./axis-map.ts";
import { joinChannels, partChannels } from "./channels.ts";
import { depthwiseFilterGradient } from "./depthwise-filter-gradient.ts";
import { filterGradient } from "./filter-gradient.ts";
import { firstLargest } from "./first-largest.ts";
import { lattice } from "./lattice.ts";
import { wasmFilterGradient } from "./wasm-filter-gradient.ts";
import { wasmIdentity } from "./wasm-identity.ts";
import { wasmInputGradient } from "./wasm-input-gradient.ts";
import { fetchFromPlaces, putToPlaces, windowMaxima } from "./windows.ts";

const registered = new Map<object, Set<string>>();

type OwnKernelFunction = (
  tf: TensorFlow,
  inputs: never,
  attributes: never,
  backend: unknown,
) => TensorInfo | TensorInfo[];

/** By kernel name: loops over arrays, for every backend whose tensors are arrays of this process. */
const loops: { readonly [name: string]: OwnKernelFunction } = {
  WindowMaxima: windowMaxima,
  PutToPlaces: putToPlaces,
  FetchFromPlaces: fetchFromPlaces,
  AxisMap: axisMap,
  FilterGradient: filterGradient,
  DepthwiseFilterGradient: depthwiseFilterGradient,
  JoinChannels: joinChannels,
  PartChannels: partChannels,
  FirstLargest: firstLargest,
  Lattice: lattice,
};

/** By backend and kernel name. Those that the backend has are replaced. */
const kernels: { readonly [backend: string]: { readonly [name: string]: OwnKernelFunction } } = {
  cpu: loops,
  wasm: {
    ...loops,
    Identity: wasmIdentity,
    Conv2DBackpropFilter: wasmFilterGradient,
    Conv2DBackpropInput: wasmInputGradient,
    FilterGradient: wasmFilterGradient,
  },
};

/**
 * Adds what the backends lack, once their packages are imported (whose import would overwrite ours). To be called
 * after that and before the backend runs anything; without a package, and when called again, it does nothing for it.
 */
export function registerKernels(tf: TensorFlow): void {
  const done = registered.get(tf) ?? new Set<string>();
  registered.set(tf, done);
  for (const [backendName, own] of Object.entries(kernels)) {
    if (done.has(backendName) || tf.findBackendFactory(backendName) === null) continue;
    done.add(backendName);
    for (const [kernelName, kernel] of Object.entries(own)) {
      if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel({
        kernelName,
        backendName,
        // Whoever calls a kernel by its name gives it its own inputs and attributes.
        kernelFunc: ({ inputs, attrs, backend }) => kernel(tf, inputs as never, attrs as never, backend),
      });
    }
  }
}
