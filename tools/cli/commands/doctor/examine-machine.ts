/** What this machine has of what fcn can use: what `fcn doctor --json` prints. */
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { chooseEngine } from "../../../../runtime/engines/choose.ts";
import type { EngineName, EngineReport } from "../../../../runtime/engines/engine.ts";
import { surveyEngines } from "../../../../runtime/engines/engines.ts";
import { examineTorch, findInterpreter } from "../../../../runtime/python/interpreter.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { version } from "../../../host/version.ts";
import { showsGpu } from "../../program/torch-with-gpu.ts";

export interface Machine {
  readonly fcn: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly engines: readonly EngineFinding[];
  /** What `--engine auto` takes. */
  readonly chosen: { readonly engine: EngineName; readonly why: string } | null;
  /** The interpreter of --engine torch. */
  readonly torch: {
    readonly interpreter: string;
    /** "--python", "FCN_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "PATH". */
    readonly from: string;
    readonly python: string | null;
    readonly version: string | null;
    /** GPUs that compute. */
    readonly devices: readonly string[];
    readonly reason: string | null;
    readonly remedy: string | null;
  };
}

/** `EngineReport` with what does not apply as null. */
export type EngineFinding =
  | Extract<EngineReport, { works: true }>
  | {
      readonly engine: EngineName;
      readonly works: false;
      readonly reason: string;
      readonly remedy: string | null;
    };

export async function examineMachine(): Promise<Machine> {
  const torch = await findTorch();
  return {
    fcn: version(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    memory: { total: totalmem(), free: freemem() },
    engines: (await surveyEngines()).map((report) =>
      report.works ? report : { ...report, remedy: report.remedy ?? null },
    ),
    chosen: await automaticEngine(torch.devices),
    torch,
  };
}

async function automaticEngine(gpus: Machine["torch"]["devices"]): Promise<Machine["chosen"]> {
  try {
    const { engine, why } = await chooseEngine("auto");
    if (gpus.length > 0 && showsGpu())
      return { engine: "torch", why: `its GPU computes; ${engine.name} for what PyTorch cannot express` };
    return { engine: engine.name, why };
  } catch (error) {
    if (error instanceof UserError) return null; // each engine's own report says why
    throw error;
  }
}

async function findTorch(): Promise<Machine["torch"]> {
  const report = await examineTorch(findInterpreter());
  const { command: interpreter, from } = report.interpreter;
  if (!report.works) {
    const { reason, remedy } = report;
    return { interpreter, from, python: null, version: null, devices: [], reason, remedy };
  }
  const { python, torch: version } = report;
  const devices = report.devices.map(({ kind, name }) => `${kind}: ${name}`);
  return { interpreter, from, python, version, devices, reason: null, remedy: null };
}
