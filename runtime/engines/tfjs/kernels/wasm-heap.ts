/** The WebAssembly backend from the side of a kernel: tensors in its heap, and its other kernels to call. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { type LoopBackend, type LoopMemory, loopMemoryOf } from "./loop-memory.ts";

/** What kernels here use of tfjs-backend-wasm's BackendWasm. */
interface WasmBackend extends LoopBackend {
  readonly makeOutput: (shape: number[], dtype: "float32" | "int32") => TensorInfo;
  readonly typedArrayFromHeap: (info: TensorInfo) => Float32Array | Int32Array;
  readonly disposeData: (dataId: object) => boolean;
}

/** Invariant: a view into the heap is taken after the last allocation, because growth of the heap detaches older views. */
export class WasmHeap {
  readonly #tf: TensorFlow;
  readonly #backend: WasmBackend;
  readonly #temporary: TensorInfo[] = [];

  constructor(tf: TensorFlow, backend: unknown) {
    this.#tf = tf;
    this.#backend = backend as WasmBackend; // tfjs hands kernels their own backend, typed {}
  }

  get memory(): LoopMemory | undefined {
    return loopMemoryOf(this.#tf, this.#backend);
  }

  /** A new float tensor that outlives the kernel; its contents are undefined. */
  output(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], "float32");
  }

  integerOutput(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], "int32");
  }

  /** A new float tensor that its scope frees. */
  temporary(shape: readonly number[]): TensorInfo {
    return this.#keep(this.#backend.makeOutput([...shape], "float32"));
  }

  floats(info: TensorInfo): Float32Array {
    return this.#backend.typedArrayFromHeap({ ...info, dtype: "float32" }) as Float32Array; // by that dtype
  }

  integers(info: TensorInfo): Int32Array {
    return this.#backend.typedArrayFromHeap({ ...info, dtype: "int32" }) as Int32Array; // by that dtype
  }

  /** Runs another kernel of the backend; its scope frees the result. */
  run(kernel: string, inputs: Record<string, TensorInfo>, attributes: object): TensorInfo {
    const found = this.#tf.getKernel(kernel, "wasm");
    if (found === undefined) throw new Error(`tfjs-backend-wasm has no kernel ${kernel}`);
    const attrs = attributes as never; // NamedAttrMap, an index signature that no object type meets
    const result = found.kernelFunc({ inputs, backend: this.#backend as object, attrs });
    return this.#keep(Array.isArray(result) ? (result[0] as TensorInfo) : result); // every kernel used here has one output
  }

  /** A temporary that becomes the kernel's output: its scope no longer frees it. */
  detached(info: TensorInfo): TensorInfo {
    this.#temporary.splice(this.#temporary.indexOf(info), 1);
    return info;
  }

  /** Frees a temporary before its scope ends. */
  free(info: TensorInfo): void {
    this.#backend.disposeData(this.detached(info).dataId);
  }

  /** The same data under another shape. */
  reshaped(info: TensorInfo, shape: readonly number[]): TensorInfo {
    return { ...info, shape: [...shape] };
  }

  /** Runs `body` and frees the temporaries it made. */
  scope<T>(body: () => T): T {
    const outer = this.#temporary.length;
    try {
      return body();
    } finally {
      for (const info of this.#temporary.splice(outer)) this.#backend.disposeData(info.dataId);
    }
  }

  #keep(info: TensorInfo): TensorInfo {
    this.#temporary.push(info);
    return info;
  }
}

/** Runs a kernel's body and frees its temporaries, also when it throws. */
export function withHeap(tf: TensorFlow, backend: unknown, body: (heap: WasmHeap) => TensorInfo): TensorInfo {
  const heap = new WasmHeap(tf, backend);
  return heap.scope(() => body(heap));
}
