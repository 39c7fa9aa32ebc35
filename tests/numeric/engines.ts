/** The TensorFlow.js engines of this machine, for numeric tests. */
import { existsSync } from "node:fs";
import { loadModule } from "../../runtime/engines/optional-module.ts";
import type { Backend } from "../../runtime/engines/tfjs/backend.ts";
import { startCpu } from "../../runtime/engines/tfjs/cpu.ts";
import type { Start } from "../../runtime/engines/tfjs/engine.ts";
import { startTensorFlow } from "../../runtime/engines/tfjs/tensorflow.ts";
import { startWasm } from "../../runtime/engines/tfjs/wasm.ts";
import { startWebGpu } from "../../runtime/engines/tfjs/webgpu.ts";

/** Where Debian's chromium package keeps its software GPU. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

export type NumericEngine =
  | { readonly name: string; readonly backend: Backend }
  /** `required`: this machine ought to have it, so that its absence is a failure. */
  | { readonly name: string; readonly absent: string; readonly required: boolean };

let found: Promise<readonly NumericEngine[]> | undefined;

/**
 * cpu and wasm everywhere; webgpu on a GPU or on chromium's software one; tensorflow where it is installed.
 * Each is started once in a process: a second start of Dawn takes the first one's device away, and what waits for it waits for ever.
 */
export function findEngines(): Promise<readonly NumericEngine[]> {
  found ??= startAll();
  return found;
}

async function startAll(): Promise<readonly NumericEngine[]> {
  const hasSwiftShader = existsSync(swiftShader);
  if (hasSwiftShader) process.env.VK_ICD_FILENAMES ??= swiftShader;
  const inCi = process.env.CI === "true";
  return [
    await find("cpu", startCpu, true),
    await find("wasm", startWasm, true),
    await find("webgpu", startWebGpu(loadModule), inCi && hasSwiftShader),
    await find("tensorflow", startTensorFlow(loadModule), false),
  ];
}

async function find(name: string, start: Start, required: boolean): Promise<NumericEngine> {
  const started = await start();
  return "tf" in started ? { name, backend: started } : { name, absent: started.reason, required };
}
