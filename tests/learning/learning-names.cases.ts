/** Whoever asks what trains a network asks its declaration: its name is known to itself, and to the tables of the runtime and the engines. */
import { it } from "vitest";
import { augmentations } from "../../compiler/learning/augmentations/registry.ts";
import { dataFormats } from "../../compiler/learning/data/registry.ts";
import { losses } from "../../compiler/learning/losses/registry.ts";
import { optimizers } from "../../compiler/learning/optimizers/registry.ts";
import { schedules } from "../../compiler/learning/schedules/registry.ts";
import { targets } from "../../compiler/learning/targets/registry.ts";
import { expectNamesOnlyIn } from "../ops/names-elsewhere.ts";

const tables = [
  /^compiler\/learning\//,
  /^compiler\/tensors\/(losses|optimizers)\//,
  /^runtime\/data\/(augment|formats|layers)\//,
  /^runtime\/targets\//,
  // the type of each target's measures
  /^runtime\/metrics\//,
  /^runtime\/engines\/feeds\/loss-feeds\.ts$/,
  // what a target writes for each of them
  /^compiler\/targets\/(typescript|pytorch)\/training\//,
  /^compiler\/targets\/pytorch\/(data|metrics|predict|run)\//,
  // asks the package that it emits for what the losses of an output read
  /^runtime\/engines\/torch\//,
  // scale and shift of positions; operations and initialisations that have the name of an augmentation or a schedule
  /^compiler\/(geometry|ops|targets\/onnx\/rows|tensors\/passes\/expand)\//,
  /^runtime\/engines\/(tfjs\/(compile|kernels|primitives)|native\/lowering)\//,
];

const exceptions: Readonly<Record<string, string>> = {
  "compiler/targets/structure/usual-training.ts":
    "the loss of an output without a train section that gives no classes",
  "compiler/targets/pytorch/package/project-texts.ts": "tells what the package writes for an image",
  "compiler/targets/typescript/runnable/":
    "the training loop of a project of its own, which refuses what it lacks",
  "runtime/training/output-plans.ts": "measures these weights",
  "runtime/engines/trained-outputs.ts": "checks what callers beside the compiler give",
  "runtime/training/session-training.ts": "the loss of a network without a train section",
  "tools/benchmarks/training/job.ts": "writes a recipe for another program",
  "tools/verify/faults/weights.ts": "makes the weights file of an output",
};

it("knows no loss, optimizer, schedule, augmentation, target or format of data by its name elsewhere", {
  timeout: 300_000,
}, () => {
  const catalogues = [losses, optimizers, schedules, augmentations, targets, dataFormats];
  const names = new Set(catalogues.flatMap((catalogue) => catalogue.map(({ name }) => name)));
  expectNamesOnlyIn(tables, exceptions, names);
});
