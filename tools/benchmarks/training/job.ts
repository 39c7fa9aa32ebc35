/** The programs of the training benchmarks, and each as a job of reference.py, its twin written by hand in PyTorch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompiledNetwork, compile } from "../../../compiler/compile.ts";
import { cropOf } from "../../../compiler/learning/augmentations/registry.ts";
import { learningRate } from "../../../compiler/learning/schedules/registry.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import { openDataSet } from "../../../runtime/data/open.ts";
import type { Pair } from "../../../runtime/data/pair.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { packageRoot } from "../../host/package-root.ts";

export const benchmarkNames = ["membrane", "camvid", "nuclei", "scenes"] as const;

export function programOf(name: string): string {
  return join(packageRoot(), "tools", "benchmarks", "training", `${name}.fcn`);
}

/** How the twin is run. */
export interface TorchForm {
  readonly threads: number;
  /** channels_last, and transposed convolutions by pixel shuffle. */
  readonly tuned: boolean;
}

/** "PyTorch 1.13.0, 2 threads, tuned" */
export function torchFormName(version: string, { threads, tuned }: TorchForm): string {
  return `PyTorch ${version}, ${threads} thread${threads === 1 ? "" : "s"}${tuned ? ", tuned" : ""}`;
}

export interface TrainingJob {
  readonly network: CompiledNetwork;
  readonly batch: number;
  readonly imagesPerEpoch: number;
  /** The input of reference.py: the settings of the program, and the files used for training and validation. */
  readonly job: object;
  /** The learning rate of each of so many steps. */
  readonly rates: (steps: number) => readonly number[];
}

/** @throws Error for a program that does not compile */
export async function trainingJob(
  program: string,
  data: string,
  settings: ReadonlyMap<string, string>,
): Promise<TrainingJob> {
  const { networks } = compile({ path: program, text: readFileSync(program, "utf8") }, createFileHost(), {
    settings,
  });
  const [network] = networks;
  const configuration = network?.train;
  if (network === undefined || configuration === undefined) throw new Error(`${program} does not compile`);
  const { augment, batch, masks, optimizer, schedule } = configuration;
  const set = await openDataSet(configuration.data, masks, { baseDirectory: ".", override: data });
  const [input] = network.graph.inputs.map((id) => network.graph.nodes[id]);
  const paths = (pairs: readonly Pair[]) =>
    pairs.map(({ image, label, objects }) => [image, objects ?? label]);
  const values =
    masks.values?.map(({ className, value }) => [value, masks.classes.indexOf(className)]) ??
    masks.classes.map((_, index) => [index, index]);
  const job = {
    width: Number(network.parameters.get("width")),
    depth: Number(network.parameters.get("depth")),
    classes: masks.classes.length,
    channels: input?.map.channels,
    values: Object.fromEntries(values),
    crop: cropOf(augment),
    vertical: augment.some(({ kind }) => kind === "flip_vertical"),
    normalised: network.graph.nodes.some((node) => operationOf(node).kind === "normalisation"),
    rate: optimizer.learningRate,
    batch,
    train: paths(set.training),
    validate: paths(set.validation),
  };
  const imagesPerEpoch = set.training.length;
  const stepsPerEpoch = Math.ceil(imagesPerEpoch / batch);
  const rates = (steps: number) =>
    Array.from({ length: steps }, (_, step) =>
      learningRate(schedule, optimizer.learningRate, { step, steps, stepsPerEpoch }, {}),
    );
  return { network, batch, imagesPerEpoch, job, rates };
}
