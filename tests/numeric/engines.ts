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

/**
 * What tests of numbers do with a GPU in software, which takes longer than all engines of the CPU together: nothing, as in `npm test`;
 * run on it "alone" (`npm run verify:webgpu`); or "with" the others (`npm run verify:operations`, `npm run verify:learning`).
 */
export const softwareGpu: "none" | "alone" | "with" = softwareGpuAsked();

function softwareGpuAsked(): typeof softwareGpu {
  const asked = process.env.FCN_SOFTWARE_GPU ?? "none";
  if (asked === "none" || asked === "alone" || asked === "with") return asked;
  throw new Error(`FCN_SOFTWARE_GPU is "${asked}", not "alone" or "with"`);
}

let found: Promise<readonly (NumericEngine | AbsentEngine)[]> | undefined;

/** cpu and wasm everywhere; webgpu on a GPU or, where it is asked for, on chromium's software one; others where they are installed. */
export function findEngines(): Promise<readonly (NumericEngine | AbsentEngine)[]> {
  found ??= findAll();
  return found;
}

/** Where no GPU is chosen and one in software is wanted, that of chromium if it is there. @returns whether it is there */
export function useSoftwareGpu(): boolean {
  if (softwareGpu === "none") return false;
  const hasSwiftShader = existsSync(swiftShader);
  if (hasSwiftShader) process.env.VK_ICD_FILENAMES ??= swiftShader;
  return hasSwiftShader;
}

/** Why tests of numbers do not run on what reports so; `undefined`: they do. */
export function leftOut({ engine, software }: { readonly engine: string; readonly software: boolean }) {
  if (software && softwareGpu === "none") return "a GPU in software takes minutes: npm run verify:webgpu";
  if (!software && softwareGpu === "alone") return `${engine} is for npm test`;
  return undefined;
}

async function findAll(): Promise<readonly (NumericEngine | AbsentEngine)[]> {
  const hasSwiftShader = useSoftwareGpu();
  const required = new Set<EngineName>(softwareGpu === "alone" ? [] : ["cpu", "wasm"]);
  if (process.env.CI === "true" && hasSwiftShader) required.add("webgpu");
  const engines: (NumericEngine | AbsentEngine)[] = [];
  for (const name of engineNames) {
    const engine = await loadEngine(name);
    const report = await engine.probe();
    const absent = report.works ? leftOut(report) : report.reason;
    engines.push(
      absent === undefined && report.works
        ? { name, engine, description: report.description, device: report.device }
        : { name, absent: absent ?? "", required: required.has(name) },
    );
  }
  return engines;
}

/** The engine that every machine has. */
export async function cpuEngine(): Promise<NumericEngine> {
  const engine = await loadEngine("cpu");
  const report = await engine.probe();
  if (!report.works) throw new Error("every machine has the cpu engine");
  return { name: "cpu", engine, description: report.description, device: report.device };
}
