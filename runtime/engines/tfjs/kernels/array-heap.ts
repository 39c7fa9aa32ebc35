/** Tensors as arrays, on the backends whose tensors are in this process's memory: for kernels written as loops. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import type { LoopMemory } from "./loop-memory.ts";
import { WasmHeap } from "./wasm-heap.ts";

/** Invariant: a view is taken after the last output was made; on WebAssembly growth of the heap detaches older views. */
export interface ArrayHeap {
  /** Its contents are undefined. */
  readonly output: (shape: readonly number[]) => TensorInfo;
  readonly integerOutput: (shape: readonly number[]) => TensorInfo;
  readonly floats: (info: TensorInfo) => Float32Array;
  readonly integers: (info: TensorInfo) => Int32Array;
  /** Of WebAssembly with SIMD, for loops that run in it. */
  readonly memory?: LoopMemory | undefined;
}

/** What is used here of tfjs-backend-cpu's MathBackendCPU. */
interface CpuBackend {
  readonly makeTensorInfo: (
    shape: number[],
    dtype: "float32" | "int32",
    values: Float32Array | Int32Array,
  ) => TensorInfo;
  readonly data: { readonly get: (dataId: object) => { readonly values: unknown } };
}

/** Whether tensors of this backend are arrays of this process. */
export function hasArrays(backend: string): boolean {
  return backend === "cpu" || backend === "wasm";
}

/** `undefined`: tensors of this backend are elsewhere. */
function arrayHeap(tf: TensorFlow): ArrayHeap | undefined {
  const name = tf.getBackend();
  if (name === "wasm") return new WasmHeap(tf, tf.backend());
  if (name !== "cpu") return undefined;
  const backend = tf.backend() as unknown as CpuBackend; // the class behind that name
  const count = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);
  const values = (info: TensorInfo) => backend.data.get(info.dataId).values;
  return {
    output: (shape) => backend.makeTensorInfo([...shape], "float32", new Float32Array(count(shape))),
    integerOutput: (shape) => backend.makeTensorInfo([...shape], "int32", new Int32Array(count(shape))),
    floats: (info) => values(info) as Float32Array, // of a float32 tensor
    integers: (info) => values(info) as Int32Array, // of an int32 tensor
  };
}

/** Runs a kernel's body. Only for the backends that have one. */
export function onArrays<T>(tf: TensorFlow, body: (heap: ArrayHeap) => T): T {
  const heap = arrayHeap(tf);
  if (heap === undefined) throw new Error(`tensors of ${tf.getBackend()} are no arrays of this process`);
  return body(heap);
}
