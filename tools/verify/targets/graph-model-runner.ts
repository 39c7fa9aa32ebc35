/** Graph models run by TensorFlow.js in a thread of their own. */
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../../host/package-root.ts";
import { graphModelDriver, graphModelWorker } from "./graph-model-driver.ts";
import { runPage } from "./run-in-browser.ts";
import type { PlainArrays } from "./typescript-driver.ts";

export type ModelFiles = ReadonlyMap<string, Uint8Array>;

export interface GraphModelRunner {
  /** The outputs of the model for each of the batches, by name. @throws Error where TensorFlow.js does. */
  readonly run: (files: ModelFiles, batches: readonly PlainArrays[]) => Promise<readonly PlainArrays[]>;
  readonly close: () => Promise<void>;
}

/** One model after the other. */
export async function openGraphModelRunner(backend: "cpu" | "wasm" | "webgpu"): Promise<GraphModelRunner> {
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "graph-model-"));
  await writeFile(join(folder, "driver.mjs"), graphModelDriver);
  await writeFile(join(folder, "worker.mjs"), graphModelWorker);
  const worker = new Worker(join(folder, "worker.mjs"), { workerData: backend, execArgv: [] });
  return {
    run: async (files, batches) => {
      worker.postMessage({ files: Object.fromEntries(files), batches });
      const [answer] = (await once(worker, "message")) as [Answer]; // what the worker posts
      if ("error" in answer) throw new Error(answer.error);
      return answer.results;
    },
    close: async () => {
      await worker.terminate();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Answer = { readonly results: readonly PlainArrays[] } | { readonly error: string };

/**
 * Each model with its batches, in one page of Chromium whose GPU is computed in software.
 *
 * @returns the outputs of each model for each of its batches
 */
export async function runGraphModelsInBrowser(
  backend: "webgl" | "webgpu",
  models: readonly { readonly files: ModelFiles; readonly batches: readonly PlainArrays[] }[],
): Promise<readonly (readonly PlainArrays[])[]> {
  const served = models.flatMap(({ files }, i) =>
    [...files].map(([name, bytes]) => [`${i}/${name}`, bytes] as const),
  );
  const batches = models.map((model) =>
    model.batches.map((batch) => mapValues(batch, ({ shape, data }) => ({ shape, data: [...data] }))),
  );
  const script = `
import "@tensorflow/tfjs-backend-webgpu";
import { open } from "./driver.js";
const run = async () => {
  const model = await open("${backend}");
  const all = await (await fetch("batches.json")).json();
  const found = [];
  for (const [i, batches] of all.entries()) {
    const results = await model(i + "/model.json", batches);
    for (const outputs of results) for (const output of Object.values(outputs)) output.data = [...output.data];
    found.push(results);
  }
  return found;
};`;
  const found = await runPage({
    modules: new Map([["driver.js", graphModelDriver]]),
    script,
    files: new Map([...served, ["batches.json", Buffer.from(JSON.stringify(batches))]]),
    gpu: true,
  });
  const results = found as readonly (readonly PlainNumbers[])[]; // what the script returns
  return results.map((outputs) =>
    outputs.map((each) => mapValues(each, ({ shape, data }) => ({ shape, data: Float32Array.from(data) }))),
  );
}

type PlainNumbers = Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;

function mapValues<T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
}
