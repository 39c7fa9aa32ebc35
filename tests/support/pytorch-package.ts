/** An emitted package in a folder, with data made by a few lines of Python, run in one process or under torchrun. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { packageName } from "../../compiler/targets/pytorch/names.ts";
import { launchArguments } from "../../runtime/training/torch/launch.ts";
import { meetingPort } from "../../runtime/training/torch/meeting-port.ts";
import { emittedPackage } from "../../tools/verify/targets/compare-pytorch.ts";
import { python } from "../../tools/verify/targets/pytorch-driver.ts";

/** Seven training images and three of validation, without a file; a process may be killed where it reads one of them. */
const data = `
import os, signal
from pathlib import Path
import torch

Key = object


class Samples:
    def __init__(self, split, root=None, augment=False, seed=1):
        self.count = {"train": 7, "validate": 3}[split]
        self.first = {"train": 0, "validate": 100}[split]
        self.normalisations = {"image": ([0.0] * 3, [1.0] * 3)}

    def __len__(self):
        return self.count

    def __getitem__(self, key):
        epoch, index = (0, key) if isinstance(key, int) else key
        marker = os.environ.get("KILL_ONCE")
        if marker and os.environ["RANK"] == "1" and epoch == 1 and index == 3:
            if not Path(marker).exists():
                Path(marker).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        make = torch.Generator().manual_seed(self.first + index)
        image = torch.randn(3, 8, 12, generator=make)
        classes = (image.mean(0) > 0).long() + (image[0] > 0.5).long()
        classes[: index % 8] = -1
        return {"image": image}, {"labels": classes}


def batches(samples, size, epoch=0, last="join"):
    order = [(epoch, (5 * place + epoch) % 7) for place in range(7)]
    return [order[begin : begin + size] for begin in range(0, 7, size)]


def collate(items):
    return tuple(
        {name: torch.stack([one[part][name] for one in items]) for name in items[0][part]}
        for part in (0, 1)
    )
`;

export interface WrittenTestPackage {
  readonly folder: string;
  readonly name: string;
}

export async function writeTestPackage(
  network: CompiledNetwork,
  folder: string,
): Promise<WrittenTestPackage> {
  const name = packageName(network.name);
  const files = new Map<string, Uint8Array | string>(await emittedPackage(network));
  files.set(`${name}/data.py`, data);
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return { folder, name };
}

export interface TestLaunch {
  readonly workers: number;
  /** After `-m`. */
  readonly module: string;
  readonly options: readonly string[];
  readonly restarts?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Milliseconds: far more than a busy machine needs, so that processes that wait for each other end with what they wrote. Two of them
 * import PyTorch in 5 to 10 s of processor time.
 */
const longestRun = 300_000;

/**
 * @returns what the processes wrote: standard output, then standard error, for messages of failed comparisons
 * @throws Error with both when they fail
 */
export async function runTestPackage(
  { folder }: WrittenTestPackage,
  { workers, module, options, restarts = 0, environment = {} }: TestLaunch,
): Promise<string> {
  const processes = { workers, nodes: 1, rendezvous: undefined };
  const given = launchArguments(processes, module, options, await meetingPort()).map((word, i, all) =>
    all[i - 1] === "--max_restarts" ? String(restarts) : word,
  );
  const env = { ...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1", ...environment };
  const settings = { cwd: folder, env, maxBuffer: 1e8, timeout: longestRun };
  try {
    const { stdout, stderr } = await promisify(execFile)(python, given, settings);
    return `${stdout}\n${stderr}`;
  } catch (error) {
    // the message of execFile ends with standard error
    if (!(error instanceof Error && "stdout" in error && "killed" in error)) throw error;
    const how = error.killed ? `it was ended after ${longestRun / 1000} s\n` : "";
    throw new Error(`${how}${error.message}\nstandard output:\n${error.stdout}`);
  }
}
