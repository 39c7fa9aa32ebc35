/** The memory of the WebAssembly backend for loops that run in it beside its own code. */
import type { TensorFlow } from "../types.ts";

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface LoopMemory {
  readonly memory: WasmMemory;
  /** Memory beside the tensors until the next call. May grow the heap. */
  readonly reserve: (bytes: number) => void;
  /** Its address. */
  readonly reserved: number;
}

/** What is used here of tfjs-backend-wasm's BackendWasm. */
export interface LoopBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WasmMemory };
    readonly _malloc: (bytes: number) => number;
    readonly _free: (address: number) => void;
  };
}

/** By backend. */
const loopMemories = new WeakMap<LoopBackend, LoopMemory | undefined>();

/** `undefined`: this machine has no SIMD. */
export function loopMemoryOf(tf: TensorFlow, backend: LoopBackend): LoopMemory | undefined {
  if (loopMemories.has(backend)) return loopMemories.get(backend);
  const { wasm } = backend;
  const held = { address: 0, bytes: 0 };
  const made: LoopMemory = {
    memory: wasm.asm.memory,
    reserve: (bytes) => {
      if (bytes <= held.bytes) return;
      if (held.bytes > 0) wasm._free(held.address);
      held.bytes = 0; // where there is no room
      held.address = wasm._malloc(bytes) >>> 0;
      held.bytes = bytes;
    },
    get reserved() {
      return held.address;
    },
  };
  const memory = tf.env().get("WASM_HAS_SIMD_SUPPORT") === true ? made : undefined;
  loopMemories.set(backend, memory);
  return memory;
}
