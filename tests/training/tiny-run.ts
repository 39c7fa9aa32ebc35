/** A training run small enough for tests: sixteen synthetic scenes of 32×32 pixels and a network of a few hundred weights. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import type { MetricsLine } from "../../runtime/training/metrics-log.ts";
import { holdRunFolder, type RunMode } from "../../runtime/training/run-folder.ts";
import { train } from "../../runtime/training/train.ts";
import type { TrainOptions, TrainResult } from "../../runtime/training/train-options.ts";
import { compileNetwork } from "../support/compile-network.ts";

export const tinyNetwork = (name = "Tiny", width = 2) =>
  compileNetwork(`network ${name}(classes = 2) {
    input image [3, H, W]
    conv(${width}, 3x3) batchnorm relu as top
    maxpool(2)
    conv(${2 * width}, 3x3) relu  dropout(0.2)
    upsample(2, learned, channels = ${width})
    skip top by concat
    conv(classes, 1x1)
    output labels by softmax
  }`);

/** The outputs follow from the network (trainTiny): each learns the labels. */
export const tinyConfiguration: TrainConfiguration = {
  network: "Tiny",
  startFrom: undefined,
  data: undefined,
  masks: { values: undefined, ignore: [], classes: ["background", "disc"] },
  augment: [{ kind: "flip", probability: 0.5 }],
  inputs: [],
  outputs: [],
  optimizer: { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  schedule: [{ kind: "poly", power: 0.9 }],
  epochs: 3,
  batch: 4,
  lastBatch: "join",
  seed: 7,
  keep: { best: "labels.mean_iou", bestClass: undefined, patience: undefined },
};

/** A folder that is removed by the returned function, with scenes in `data`. */
export async function scratch(): Promise<{ readonly path: string; readonly remove: () => void }> {
  const path = mkdtempSync(join(tmpdir(), "fcn-training-"));
  await writeScenes(join(path, "data"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The files of the scenes by their paths: computed once in a process. */
const scenes = new Map<string, Uint8Array>();

async function writeScenes(folder: string): Promise<void> {
  if (scenes.size === 0) {
    const options = { count: 20, size: [32, 32], seed: 3, validate: 0.2, classes: ["disc"] } as const;
    await writeSyntheticScenes(folder, options);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const file = join(entry.parentPath, entry.name);
        scenes.set(relative(folder, file), readFileSync(file));
      }
    return;
  }
  for (const [name, bytes] of scenes) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** The folder is held: the caller releases it. */
export async function optionsFor(
  folder: string,
  out: string,
  { mode = "new", ...changes }: Partial<TrainOptions> & { readonly mode?: RunMode } = {},
): Promise<TrainOptions> {
  const configuration = changes.configuration ?? tinyConfiguration;
  return {
    configuration,
    data: await openDataSet(undefined, configuration.masks, {
      baseDirectory: folder,
      override: join(folder, "data"),
    }),
    engine: await loadEngine("wasm"),
    folder: await holdRunFolder(join(folder, out), mode),
    source: "0".repeat(64),
    version: "0.0.0",
    ...changes,
  };
}

/** With the default inputs, and every output that has no target yet learning the labels by cross entropy. */
export function learningLabels(configuration: TrainConfiguration, graph: Graph): TrainConfiguration {
  if (configuration.outputs.length > 0) return configuration;
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const outputs = graph.outputs.map(
    ({ name }) => ({ name, target: { kind: "labels" }, loss: [{ factor: 1, term }] }) as const,
  );
  return { ...configuration, outputs };
}

export async function trainTiny(
  folder: string,
  out: string,
  changes: Parameters<typeof optionsFor>[2] = {},
  network: CompiledNetwork = tinyNetwork(),
): Promise<TrainResult> {
  const options = await optionsFor(folder, out, changes);
  const configuration = learningLabels(options.configuration, network.graph);
  try {
    return await train(network, { ...options, configuration });
  } finally {
    await options.folder.release();
  }
}

/** The log without what depends on the clock. */
export function logOf(folder: string, out: string): readonly Partial<MetricsLine>[] {
  return readFileSync(join(folder, out, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { seconds, images_per_second, ...rest } = JSON.parse(line) as MetricsLine; // written by the run itself
      if (!(seconds >= 0) || !(images_per_second >= 0)) throw new Error(`a line without times: ${line}`);
      return rest;
    });
}
