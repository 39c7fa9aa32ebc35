/** ONNX Runtime, where it is installed. */
import type * as onnxruntime from "onnxruntime-node";
import { importOptional, type ModuleLoader } from "../optional-module.ts";

export type OnnxRuntime = typeof onnxruntime;

export const packageName = "onnxruntime-node";

/** The release whose behaviour the lowerings were checked with. */
export const checkedVersion = "1.30.0";

export type FoundRuntime =
  | { readonly kind: "loaded"; readonly runtime: OnnxRuntime; readonly version: string }
  | { readonly kind: "missing"; readonly reason: string; readonly remedy: string | undefined };

export async function findOnnxRuntime(load: ModuleLoader): Promise<FoundRuntime> {
  const found = await importOptional(load, packageName);
  if (found.kind === "absent") {
    // without its environment variable its installation downloads CUDA, 200 MB that the CPU does not need
    const remedy = `install it with: ONNXRUNTIME_NODE_INSTALL=skip npm install ${packageName}@${checkedVersion}`;
    return { kind: "missing", reason: found.reason, remedy };
  }
  if (found.kind !== "loaded") return { kind: "missing", reason: found.reason, remedy: undefined };
  const runtime = runtimeOf(found.module);
  const version = runtime.env.versions.node ?? runtime.env.versions.common;
  if (version !== checkedVersion) {
    const reason = `the package ${packageName} is version ${version}, and this engine is checked with ${checkedVersion}`;
    return {
      kind: "missing",
      reason,
      remedy: `install it with: ONNXRUNTIME_NODE_INSTALL=skip npm install ${packageName}@${checkedVersion}`,
    };
  }
  return { kind: "loaded", runtime, version };
}

/** The package is CommonJS: what it exports is the default, and by name only as far as Node finds the names. */
function runtimeOf(module: unknown): OnnxRuntime {
  const { default: whole } = module as { readonly default?: OnnxRuntime }; // the package's own types
  return whole ?? (module as OnnxRuntime);
}
