/** The engine that trains: one of this process, or PyTorch in processes of its own, beside one that shows its predictions. */
import { availableParallelism } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { EngineChoice, WorkingReport } from "../../../../runtime/engines/choose.ts";
import { engineNames, loadEngine } from "../../../../runtime/engines/engines.ts";
import {
  describeDevices,
  describeTorch,
  examineTorch,
  findInterpreter,
  workingTorch,
} from "../../../../runtime/python/interpreter.ts";
import { readCheckpoint } from "../../../../runtime/training/checkpoint.ts";
import type { RunFolder, RunMode } from "../../../../runtime/training/run-folder.ts";
import type { TorchTraining } from "../../../../runtime/training/torch/train-with-torch.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { counted } from "../../console/numbers.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { type AskedEngine, chosenEngine } from "../../program/chosen-engine.ts";
import type { OpenProgram } from "../../program/open-program.ts";
import { torchWithGpu, type WorkingTorch } from "../../program/torch-with-gpu.ts";

export interface EngineCommand {
  readonly engine: AskedEngine;
  readonly data?: string | undefined;
  readonly python?: string | undefined;
  readonly threads?: number | undefined;
  readonly workers?: number | undefined;
  readonly nodes?: number | undefined;
  readonly rendezvous?: string | undefined;
  readonly memory?: number | undefined;
}

export interface TrainingEngines {
  /** Whose report the run keeps, and whose sessions predict for its own. */
  readonly choice: EngineChoice;
  /** `undefined`: `choice` trains. */
  readonly torch: TorchTraining | undefined;
}

/** @throws UserError when the engine asked for does not work here. */
export async function enginesOf(
  program: OpenProgram,
  file: string,
  folder: RunFolder & { readonly mode: RunMode },
  command: EngineCommand,
  terminal: Terminal,
): Promise<TrainingEngines> {
  const asked = await engineAsked(command, folder);
  if (asked === "torch" && command.memory !== undefined)
    throw new UserError(
      "--memory recomputes feature maps, and engine torch does not",
      "use another engine, by --engine, or a smaller --batch",
    );
  const found =
    asked === "torch"
      ? await workingTorch(command.python)
      : asked === "auto" && command.memory === undefined
        ? await torchToTrain(program, command)
        : undefined;
  if (found === undefined) return { choice: await chosenEngine(asked, terminal), torch: undefined };
  if (program.configuration.fold !== undefined)
    throw new UserError(
      "engine torch takes the split of the train section, and --fold makes another",
      "use another engine for cross-validation, by --engine",
    );
  const torch = trainingBy(found, program, file, command);
  const { workers, nodes } = torch.processes;
  const where = nodes > 1 ? ` on each of ${nodes} machines` : "";
  terminal.note(`engine torch on ${describeDevices(found)}, ${counted(workers, "worker")}${where}`);
  const { engine } = await quietly(terminal);
  const report: WorkingReport = {
    engine: "torch",
    works: true,
    description: `${describeTorch(found)}, ${counted(workers, "worker")}`,
    device: describeDevices(found),
    software: false,
  };
  return { choice: { engine, report, why: "requested" }, torch };
}

/** For the pictures of the report. */
async function quietly(terminal: Terminal): Promise<EngineChoice> {
  return chosenEngine("auto", { ...terminal, note: () => {} });
}

function trainingBy(
  { interpreter, devices }: WorkingTorch,
  { configuration }: OpenProgram,
  file: string,
  command: EngineCommand,
): TorchTraining {
  const gpus = devices.filter(({ kind }) => kind === "cuda").length;
  const { nodes = 1, rendezvous, workers = Math.max(1, gpus) } = command;
  if (workers > configuration.batch)
    throw new UserError(
      `${workers} processes cannot share a batch of ${counted(configuration.batch, "image")}`,
      "use fewer --workers or a larger --batch",
    );
  const onCpu = gpus === 0 && devices.length === 0;
  const threads = command.threads ?? Math.max(1, Math.floor(availableParallelism() / workers));
  return {
    processes: { python: interpreter.command, workers, nodes, rendezvous },
    data: dataFolder(configuration.data, file, command.data),
    device: onCpu || workers > Math.max(1, gpus) ? "cpu" : "auto",
    threads: onCpu ? threads : undefined,
  };
}

/** Absolute, since the package runs in a folder of its own. */
function dataFolder(data: object | undefined, file: string, asked: string | undefined): string | undefined {
  if (asked !== undefined) return resolve(asked);
  if (data === undefined || !("path" in data) || typeof data.path !== "string") return undefined;
  return isAbsolute(data.path) ? data.path : resolve(join(dirname(file), data.path));
}

/** @throws UsageError for settings that need PyTorch without it. */
export function checkTorchSettings({ engine, workers, nodes, rendezvous, python }: EngineCommand): void {
  const given = { workers, nodes, rendezvous, python };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined && engine !== "torch" && engine !== "auto")
    throw new UsageError(`--${name} is a setting of PyTorch`, "add --engine torch");
  if ((nodes ?? 1) > 1 && rendezvous === undefined)
    throw new UsageError("--nodes needs an address at which the machines meet", "add --rendezvous HOST:PORT");
}

/** A resumed run keeps its engine unless told, and takes another where that one no longer works. */
async function engineAsked(
  { engine, workers, nodes }: EngineCommand,
  folder: RunFolder & { readonly mode: RunMode },
): Promise<AskedEngine> {
  if (engine !== "auto") return engine;
  if (workers !== undefined || nodes !== undefined) return "torch";
  if (folder.mode !== "resume") return engine;
  const { state } = await readCheckpoint(folder.checkpoint);
  if (state.engine === "torch")
    return (await examineTorch(findInterpreter(undefined))).works ? "torch" : "auto";
  const before = engineNames.find((name) => name === state.engine);
  if (before === undefined) return "auto";
  const { works } = await (await loadEngine(before)).probe();
  return works ? before : "auto";
}

/** A fold is trained by another engine. */
async function torchToTrain(
  { network, configuration }: OpenProgram,
  { python }: EngineCommand,
): Promise<WorkingTorch | undefined> {
  return configuration.fold === undefined ? torchWithGpu(network, python) : undefined;
}
