/** Runs of emitted packages in float64, all in one process of Python, and the same runs by the tensor programs in float64. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageName } from "../../compiler/targets/pytorch/names.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { EpochLine, StepLine } from "../../runtime/training/metrics-log.ts";
import { readLines } from "../../runtime/training/metrics-log.ts";
import { holdRunFolder } from "../../runtime/training/run-folder.ts";
import { trainWithTorch } from "../../runtime/training/torch/train-with-torch.ts";
import { train } from "../../runtime/training/train.ts";
import type { TrainOptions } from "../../runtime/training/train-options.ts";
import { UserError } from "../../runtime/user-error.ts";
import { openTraining } from "../../tools/program/open-training.ts";
import { referenceSession } from "../../tools/verify/reference-executor.ts";
import { python } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileText } from "./compile-source.ts";

export interface Run {
  /** After each step the mean loss of the epoch so far. */
  readonly losses: readonly number[];
  readonly lines: readonly (StepLine | EpochLine)[];
  readonly checkpoint: string;
}

export interface ComparedRun {
  readonly ours: Run;
  readonly theirs: Run;
}

interface Job {
  readonly out: string;
  readonly folder: string;
  readonly name: string;
}

/**
 * @param folder for the runs
 * @param data a folder of images and labels
 * @returns in the order of the programs
 */
export async function compareRuns(
  folder: string,
  data: string,
  programs: readonly string[],
): Promise<readonly ComparedRun[]> {
  const ours: Run[] = [];
  const jobs: Job[] = [];
  for (const [place, text] of programs.entries()) {
    const out = (name: string) => join(folder, `${place}-${name}`);
    const { network, options } = await opened(folder, data, text);
    const losses: number[] = [];
    const observer: TrainOptions["observer"] = (event) => {
      if (event.kind === "step") losses.push(event.progress.loss);
    };
    await held(out("ours"), async (own) => {
      await train(network, { ...options, engine: await referenceEngine(), folder: own, observer });
    });
    ours.push(await runIn(out("ours"), losses));
    await held(out("theirs"), (own) =>
      writePackageOnly(() =>
        trainWithTorch(
          network,
          { ...options, folder: own },
          { processes: { ...oneProcess, python: "true" }, data, device: "cpu", threads: 1 },
        ),
      ),
    );
    jobs.push({
      out: out("theirs"),
      folder: join(out("theirs"), "pytorch"),
      name: packageName(network.name),
    });
  }
  const found = await runPackages(folder, data, jobs);
  return Promise.all(
    jobs.map(async ({ out }, place) => {
      const [own, losses] = [ours[place], found[place]];
      if (own === undefined || losses === undefined) throw new Error(`run ${place} is missing`);
      return { ours: own, theirs: await runIn(out, losses) };
    }),
  );
}

const oneProcess = { workers: 1, nodes: 1, rendezvous: undefined } as const;

async function opened(folder: string, data: string, text: string) {
  const compilation = compileText(text);
  const [network] = compilation.networks;
  if (network === undefined)
    throw new Error(compilation.diagnostics.map(({ message }) => message).join("; "));
  const program = await openTraining(join(folder, "program.fcn"), { network, compilation }, { data });
  return { network, options: { ...program, engine: await loadEngine("cpu"), version: "0.0.0" } };
}

async function held(path: string, work: (folder: TrainOptions["folder"]) => Promise<void>): Promise<void> {
  const folder = await holdRunFolder(path, "new");
  try {
    await work(folder);
  } finally {
    await folder.release();
  }
}

/** The interpreter is the program "true", which trains nothing: the package is there, and runs beside the others. */
async function writePackageOnly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError && error.message.startsWith("a process of PyTorch ended with status 0"))
      return;
    throw error;
  }
  throw new Error("the package ran");
}

async function referenceEngine(): Promise<Engine> {
  const cpu = await loadEngine("cpu");
  return { ...cpu, open: async (graph, options) => referenceSession(graph, options) };
}

async function runIn(out: string, losses: readonly number[]): Promise<Run> {
  return {
    losses,
    lines: await readLines(join(out, "metrics.jsonl")),
    checkpoint: join(out, "checkpoint.safetensors"),
  };
}

/** Batches and parameters in float64; nothing else differs from `python -m NAME.train`. */
const driver = `
import importlib, json, sys
from pathlib import Path
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
data, jobs = json.load(open(sys.argv[1]))


class Never:
    asked = False


def run(job):
    sys.path.insert(0, job["folder"])
    module = lambda name: importlib.import_module(job["name"] + "." + name)
    updates, distributed, loop = module("updates"), module("distributed"), module("run")
    part = updates.Updates.part

    def doubled(self, inputs, targets, own, images):
        both = [
            {name: one.double() if one.is_floating_point() else one for name, one in group.items()}
            for group in (inputs, targets)
        ]
        return part(self, both[0], both[1], own, images)

    updates.Updates.part = doubled
    losses = []

    class Reporter(module("reporting").Reporter):
        def event(self, kind, **facts):
            if kind == "step":
                losses.append(facts["progress"]["loss"])

    processes = distributed.start("cpu")
    options = loop.Options(out=Path(job["out"]), data=Path(data), device="cpu", events=True)
    loop.TrainingRun(options, processes, Reporter(True, processes), Never()).run()
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.split(".")[0] == job["name"]]:
        del sys.modules[name]
    return losses


json.dump([run(job) for job in jobs], open(sys.argv[2], "w"))
`;

async function runPackages(
  folder: string,
  data: string,
  jobs: readonly Job[],
): Promise<readonly (readonly number[])[]> {
  const [script, given, found] = ["driver.py", "jobs.json", "found.json"].map((name) => join(folder, name));
  if (script === undefined || given === undefined || found === undefined) throw new Error("three names");
  await writeFile(script, driver);
  await writeFile(given, JSON.stringify([data, jobs]));
  await promisify(execFile)(python, [script, given, found], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return JSON.parse(await readFile(found, "utf8")) as number[][]; // as the driver writes them
}
