/** The native engine: TensorFlow's C library, where the user has installed a package that brings it. */
import util from "node:util";
import { importOptional, type ModuleLoader } from "../optional-module.ts";
import type { Start } from "./engine.ts";
import { loadTensorFlow } from "./load.ts";

/** Tried in this order. */
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

export function startTensorFlow(load: ModuleLoader): Start {
  return async () => {
    restoreUtilities();
    const broken: string[] = [];
    for (const name of packages) {
      const found = await importOptional(load, name);
      if (found.kind === "broken") broken.push(found.reason);
      if (found.kind !== "loaded") continue;
      const tf = await loadTensorFlow();
      if (tf.findBackendFactory("tensorflow") === null || !(await tf.setBackend("tensorflow"))) {
        broken.push(`${name} loads, but its backend does not start`);
        continue;
      }
      const { isUsingGpuDevice } = tf.backend() as { readonly isUsingGpuDevice?: boolean }; // of tfjs-node's NodeJSKernelBackend
      return {
        tf,
        name: "tensorflow",
        description: `TensorFlow.js ${tf.version.tfjs}, ${name}`,
        device: isUsingGpuDevice === true ? "GPU (CUDA)" : "CPU",
        software: false,
      };
    }
    const reason = broken.length > 0 ? broken.join("; ") : `neither ${packages.join(" nor ")} is installed`;
    const rebuild = "npm rebuild @tensorflow/tfjs-node --build-addon-from-source";
    const add = `npm install ${packages[0]} (NVIDIA GPU with CUDA 11) or npm install ${packages[1]}`;
    return { reason, remedy: broken.length > 0 ? rebuild : add };
  };
}

/** Node 23 removed what these packages still call (tensorflow/tfjs issue 8609). */
function restoreUtilities(): void {
  const held = util as { isNullOrUndefined?: unknown; isArray?: unknown }; // absent from the types of newer Nodes
  held.isNullOrUndefined ??= (value: unknown) => value === undefined || value === null;
  held.isArray ??= Array.isArray;
}
