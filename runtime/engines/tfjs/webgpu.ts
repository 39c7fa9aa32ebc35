/** The WebGPU engine: Dawn, from the optional `webgpu` package, gives Node the browser's GPU interface. */
import type { ArrayLimit } from "../engine.ts";
import { importOptional, type ModuleLoader } from "../optional-module.ts";
import type { Start } from "./engine.ts";
import { mayHaveGpu } from "./gpu-device.ts";
import { loadTensorFlow } from "./load.ts";

/** The part of WebGPU's GPUAdapterInfo (W3C WebGPU, section 4.2.3) that distinguishes devices. */
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Of GPUSupportedLimits; bytes. */
interface BufferLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
}

interface Gpu {
  readonly requestAdapter: (options?: object) => Promise<{ readonly info: AdapterInfo } | null>;
}

const install = "npm install webgpu @tensorflow/tfjs-backend-webgpu";
const driver =
  "on a machine with a GPU, install its Vulkan driver (Debian: libvulkan1 and mesa-vulkan-drivers, or NVIDIA's own driver)";

export function startWebGpu(load: ModuleLoader, present: () => boolean = mayHaveGpu): Start {
  return async () => {
    if (!present()) return { reason: "no GPU is visible on this machine", remedy: driver };
    const dawn = await importOptional(load, "webgpu");
    if (dawn.kind !== "loaded") return { reason: dawn.reason, remedy: install };
    const gpu = exposeGpu(dawn.module);
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return { reason: "no GPU was found", remedy: driver };
    const backend = await importOptional(load, "@tensorflow/tfjs-backend-webgpu");
    if (backend.kind !== "loaded") return { reason: backend.reason, remedy: install };
    const tf = await loadTensorFlow();
    if (!(await tf.setBackend("webgpu"))) return { reason: "the GPU provides no device", remedy: driver };
    return {
      tf,
      name: "webgpu",
      description: `TensorFlow.js ${tf.version.tfjs}, WebGPU by Dawn`,
      device: nameOf(adapter.info),
      software: isSoftware(adapter.info),
      largestArray: largestBuffer(tf.backend()),
    };
  };
}

/** The backend looks for the browser's globals when it is loaded. */
function exposeGpu(module: unknown): Gpu {
  const { create, globals } = module as { create: (options: string[]) => Gpu; globals: object }; // the package's documented exports
  const gpu = create([]);
  Object.assign(globalThis, globals);
  const holder = globalThis as { navigator?: object }; // Node 20 has no navigator, later ones have one without a GPU
  if (holder.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  }
  Object.defineProperty(holder.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}

/** A tensor is one buffer, bound whole to a shader (W3C WebGPU, section 3.6.2). */
function largestBuffer(backend: object): ArrayLimit {
  const { device } = backend as { readonly device: { readonly limits: BufferLimits } }; // of tfjs's WebGPUBackend
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  return maxBufferSize < maxStorageBufferBindingSize
    ? { bytes: maxBufferSize, source: "its maxBufferSize" }
    : { bytes: maxStorageBufferBindingSize, source: "its maxStorageBufferBindingSize" };
}

function nameOf({ description, device, vendor, architecture }: AdapterInfo): string {
  return description || device || [vendor, architecture].filter((part) => part !== "").join(" ") || "GPU";
}

/** SwiftShader and llvmpipe compute on the CPU, far slower than the wasm engine does. */
export function isSoftware(info: AdapterInfo): boolean {
  const words = [info.vendor, info.architecture, info.device, info.description].join(" ");
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software/i.test(words);
}
