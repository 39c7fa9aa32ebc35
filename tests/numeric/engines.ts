/** The engines of this machine, for numeric tests. */
import { existsSync } from "node:fs";
import type { Engine, EngineName } from "../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../runtime/engines/engines.ts";

/** Where Debian's chromium package keeps its software GPU. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** An engine that works here, and what it says of itself. */
export interface NumericEngine {
  readonly name: EngineName;
  readonly engine: Engine;
  readonly description: string;
  readonly device: string;
}

export interface AbsentEngine {
  readonly name: EngineName;
  readonly absent: string;
  /** This machine ought to have it, so that its absence is a failure. */
  readonly required: boolean;
}

let found: Promise<readonly (NumericEngine | AbsentEngine)[]> | undefined;

/** cpu and wasm everywhere; webgpu on a GPU or on chromium's software one; others where they are installed. */
export function findEngines(): Promise<readonly (NumericEngine | AbsentEngine)[]> {
  found ??= findAll();
  return found;
}

/** Where no GPU is chosen, the software one if it is there. @returns whether it is there */
export function useSoftwareGpu(): boolean {
  const hasSwiftShader = existsSync(swiftShader);
  if (hasSwiftShader) process.env.VK_ICD_FILENAMES ??= swiftShader;
  return hasSwiftShader;
}

async function findAll(): Promise<readonly (NumericEngine | AbsentEngine)[]> {
  const hasSwiftShader = useSoftwareGpu();
  const required = new Set<EngineName>(["cpu", "wasm"]);
  if (process.env.CI === "true" && hasSwiftShader) required.add("webgpu");
  const engines: (NumericEngine | AbsentEngine)[] = [];
  for (const name of engineNames) {
    const engine = await loadEngine(name);
    const report = await engine.probe();
    engines.push(
      report.works
        ? { name, engine, description: report.description, device: report.device }
        : { name, absent: report.reason, required: required.has(name) },
    );
  }
  return engines;
}

/** The engine that every machine has. */
export async function cpuEngine(): Promise<NumericEngine> {
  const cpu = (await findEngines()).find(({ name }) => name === "cpu");
  if (cpu === undefined || !("engine" in cpu)) throw new Error("every machine has the cpu engine");
  return cpu;
}
