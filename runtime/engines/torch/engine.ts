/** PyTorch as an engine: sessions predict and evaluate by the emitted modules in a process of Python. Training is runtime/training/torch/. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Graph } from "../../../compiler/network/graph.ts";
import { className, packageName } from "../../../compiler/targets/pytorch/names.ts";
import { networkFiles } from "../../../compiler/targets/pytorch/package/network-files.ts";
import { refusals } from "../../../compiler/targets/pytorch/refusals.ts";
import {
  describeDevices,
  describeTorch,
  examineTorch,
  findInterpreter,
  workingTorch,
} from "../../python/interpreter.ts";
import { UserError } from "../../user-error.ts";
import { initialiseWeights } from "../../weights/initialise.ts";
import type { Engine, SessionOptions } from "../engine.ts";
import { engineThreads } from "../threads.ts";
import { TorchServer } from "./server.ts";
import { serverText } from "./server-text.ts";
import { TorchSession } from "./session.ts";
import { configuredOutputs } from "./trained-outputs.ts";

/** @param forecast of memory: that of an engine of this process */
export function torchEngine(forecast: Engine["forecast"]): Engine {
  return {
    name: "torch",
    probe: async () => {
      const report = await examineTorch(findInterpreter(undefined));
      if (!report.works)
        return { engine: "torch", works: false, reason: report.reason, remedy: report.remedy };
      const { devices } = report;
      const device = devices.length === 0 ? "CPU" : describeDevices(report);
      return { engine: "torch", works: true, description: describeTorch(report), device, software: false };
    },
    open,
    forecast,
    room: undefined,
  };
}

/** @throws UserError naming the layer that PyTorch cannot express */
async function open(graph: Graph, options: SessionOptions): Promise<TorchSession> {
  const network = {
    name: graph.name,
    doc: undefined,
    parameters: new Map<string, string>(),
    graph,
    train: undefined,
  };
  const [refused] = refusals(network);
  if (refused !== undefined)
    throw new UserError(`engine torch: ${refused.message}`, "use another engine, by --engine");
  const { interpreter, devices } = await workingTorch(undefined);
  const folder = await mkdtemp(join(tmpdir(), "fcn-torch-"));
  const files = networkFiles(network, options.training && configuredOutputs(options.training.outputs));
  for (const [name, text] of files) {
    const file = join(folder, packageName(graph.name), name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const device = devices[0]?.kind ?? "cpu";
  const server = new TorchServer(interpreter.command, folder, serverText, [
    packageName(graph.name),
    className(graph.name),
    device,
    String(engineThreads()),
  ]);
  const session = new TorchSession(graph, options, server, () =>
    rm(folder, { recursive: true, force: true }),
  );
  await session.writeWeights(initialiseWeights(graph, options.seed));
  return session;
}
