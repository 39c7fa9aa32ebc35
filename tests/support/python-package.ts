/** An emitted package for PyTorch in a folder of its own, and scripts that run in it. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { packageName } from "../../compiler/targets/pytorch/names.ts";
import { emittedPackage } from "../../tools/verify/targets/compare-pytorch.ts";
import { python } from "../../tools/verify/targets/pytorch-driver.ts";

export interface PythonArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Writes the package of a network below the folder. @returns its name */
export async function writePackage(network: CompiledNetwork, folder: string): Promise<string> {
  for (const [name, bytes] of await emittedPackage(network)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return packageName(network.name);
}

/**
 * Runs a script in the folder, with nothing else importable but what Python has.
 * @param script `write(name, array)` gives arrays back @returns those, by name
 */
export async function runScript(folder: string, script: string): Promise<ReadonlyMap<string, PythonArray>> {
  const file = join(folder, "script.py");
  await writeFile(file, prelude + script);
  const { stdout } = await promisify(execFile)(python, [file], { cwd: folder, maxBuffer: 1e8 });
  const arrays = new Map<string, PythonArray>();
  for (const line of stdout.split("\n")) {
    if (!line.startsWith("array ")) continue;
    const { name, path, shape } = JSON.parse(line.slice(6)) as {
      name: string;
      path: string;
      shape: number[];
    }; // as the prelude writes it
    const bytes = await readFile(join(folder, path));
    arrays.set(name, { shape, data: new Float64Array(Uint8Array.from(bytes).buffer) });
  }
  return arrays;
}

const prelude = `import json
import numpy
import torch

torch.set_num_threads(1)
written = 0


def write(name, array):
    global written
    values = numpy.asarray(array, "<f8")
    path = f"array{written}.bin"
    written += 1
    values.tofile(path)
    print("array " + json.dumps({"name": name, "path": path, "shape": list(values.shape)}))


`;
