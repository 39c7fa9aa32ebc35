/** The WebAssembly engine: TensorFlow.js's own SIMD kernels and ours, on one core. */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { EngineFull } from "../engine.ts";
import type { Start } from "./engine.ts";
import { loadTensorFlow } from "./load.ts";

/** Addresses have 32 bits. */
const memoryBytes = 2 ** 32;

const packageName = "@tensorflow/tfjs-backend-wasm";

/** WebAssembly's memory has 32-bit addresses; the backend's loader lets it grow to 64 KiB less than 4 GiB. */
export const wasmRoom = 2 ** 32 - 2 ** 16;

export const startWasm: Start = async () => {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const main = createRequire(import.meta.url).resolve(packageName);
  setWasmPaths(dirname(main) + sep);
  const tf = await loadTensorFlow();
  const works = await withoutListeners(() => tf.setBackend("wasm"));
  if (!works) {
    return { reason: "the WebAssembly backend did not start", remedy: `npm install ${packageName}` };
  }
  refuseFullMemory(tf.backend());
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true ? "with" : "without";
  return {
    tf,
    name: "wasm",
    description: `TensorFlow.js ${tf.version.tfjs}, WebAssembly ${simd} SIMD, 1 thread`,
    device: "CPU",
    software: false,
    largestArray: { bytes: memoryBytes, source: "the address space of WebAssembly" },
    explain: explainStop,
  };
};

/** The backend's loader adds process listeners that make any later error print its whole minified source. */
async function withoutListeners<T>(start: () => Promise<T>): Promise<T> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set(process.rawListeners(event)));
  try {
    return await start();
  } finally {
    for (const [i, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (before[i]?.has(listener) === false) {
          process.removeListener(event, listener as (...args: unknown[]) => void); // every listener is a function
        }
      }
    }
  }
}

interface WasmModule {
  _malloc: (bytes: number) => number;
}

/**
 * WebAssembly has 4 GB. When they are full its allocator answers 0, which the backend takes for an address and writes over
 * whatever is there; so every answer is checked.
 */
function refuseFullMemory(backend: object): void {
  const { wasm } = backend as { readonly wasm: WasmModule }; // the backend's module, which its types do not show
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address === 0 && bytes > 0) throw fullMemory(`no room for another ${Math.ceil(bytes / 2 ** 20)} MB`);
    return address;
  };
}

/** What its C++ code allocates by itself ends in an abort instead. */
function explainStop(error: unknown): unknown {
  return error instanceof Error && error.name === "RuntimeError" ? fullMemory(error.message) : error;
}

function fullMemory(sign: string): EngineFull {
  return new EngineFull(
    `the wasm engine stopped, most likely because its memory (4 GB) is full: ${sign}`,
    "use smaller images, a smaller batch, a narrower network or another engine",
  );
}
