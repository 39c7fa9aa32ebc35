/** Trains by PyTorch: the emitted package in its own processes, with the same run folder, checkpoints and events as `train`. */

import { resolve } from "node:path";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { shellWord } from "../../files/shell-word.ts";
import { storedNormalisations } from "../../prediction/input-normalisations.ts";
import { learnedTarget } from "../../targets/registry.ts";
import { initialiseWeights } from "../../weights/initialise.ts";
import { type Checkpoint, writeCheckpoint } from "../checkpoint.ts";
import { outputPlans } from "../output-plans.ts";
import type { PreparedData } from "../prepare-data.ts";
import { prepareRun } from "../prepare-run.ts";
import { recordRun } from "../record-run.ts";
import { restoreSideFiles } from "../restore-side-files.ts";
import { prepareRunFolder } from "../run-folder.ts";
import type { RunPlan } from "../run-plan.ts";
import type { StartingWeights } from "../starting-weights.ts";
import { EventFile } from "../tensorboard/event-file.ts";
import type { TrainOptions, TrainResult } from "../train-options.ts";
import type { WeightsMetadata } from "../weights-metadata.ts";
import { launch, launchArguments, type TorchProcesses } from "./launch.ts";
import { TorchRun } from "./torch-run.ts";
import { writePackage } from "./write-package.ts";

export interface TorchTraining {
  readonly processes: TorchProcesses;
  /** The folder of the data, as the program or the command gives it. */
  readonly data: string | undefined;
  /** "auto": a GPU where there is one. */
  readonly device: "auto" | "cpu";
  /** Of each process, on the CPU. */
  readonly threads: number | undefined;
}

/**
 * Leaves in the folder what `train` leaves, and the package in `pytorch/`.
 * @param options without an engine
 * @throws UserError as `train`; when PyTorch cannot express the network, or a process ended: the last checkpoint stays
 */
export async function trainWithTorch(
  network: CompiledNetwork,
  options: TrainOptions,
  torch: TorchTraining,
): Promise<TrainResult> {
  const { configuration, folder } = options;
  const { plan, checkpoint, start, prepared } = await prepareRun(network, options);
  await prepareRunFolder(folder);
  await recordRun(network, options, plan, checkpoint?.state.step ?? 0);
  const metadata = metadataOf(network, options, prepared);
  if (checkpoint !== undefined) await restored(options, checkpoint, plan);
  const weights = firstWeights(network, options, start);
  const written = await writePackage(network, options, { plan, metadata, inputs: prepared.inputs, weights });
  const events = options.tensorboard
    ? await EventFile.begin(folder.events, configuration.masks.classes, checkpoint?.state.step ?? 0)
    : undefined;
  const run = new TorchRun(network.graph, options, prepared, events);
  const module = `${written.name}.train`;
  noteOtherMachines(options, torch, written.folder, module);
  const exit = await launch(
    torch.processes,
    { folder: written.folder, module, options: ["--events", ...optionsOf(options, torch)] },
    (event) => run.report(event),
    options.signal,
  );
  await run.logged;
  return run.resultAfter(exit);
}

function optionsOf(options: TrainOptions, { data, device, threads }: TorchTraining): readonly string[] {
  const { folder, configuration, checkpointInterval, keptCheckpoints, stopAfter } = options;
  const given: readonly (readonly [string, string | number | undefined])[] = [
    ["--out", resolve(folder.path)],
    ["--data", data],
    ["--epochs", configuration.epochs],
    ["--stop-after", stopAfter],
    ["--device", device],
    ["--threads", threads],
    ["--checkpoint-every", checkpointInterval === undefined ? undefined : checkpointInterval / 60],
    ["--keep-checkpoints", keptCheckpoints],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
}

/** The other machines of a run are started by hand, or by a scheduler. */
function noteOtherMachines(
  options: TrainOptions,
  torch: TorchTraining,
  folder: string,
  module: string,
): void {
  const { processes } = torch;
  if (processes.nodes === 1) return;
  const given = launchArguments(processes, module, optionsOf(options, torch), undefined);
  const line = [processes.python, ...given].map(shellWord).join(" ");
  options.observer?.({
    kind: "note",
    message: `on each of the other machines, in ${resolve(folder)}:\n  ${line}`,
  });
}

/** The files beside the checkpoint, and the checkpoint with this run's plan: the package resumes from it as it is. */
async function restored(
  { folder, observer }: TrainOptions,
  checkpoint: Checkpoint,
  plan: RunPlan,
): Promise<void> {
  const state = await restoreSideFiles(folder, checkpoint, (message) =>
    observer?.({ kind: "note", message }),
  );
  const { metadata, torchMeasures } = checkpoint;
  await writeCheckpoint(folder.checkpoint, checkpoint, metadata, plan, state, torchMeasures);
}

function firstWeights(
  { graph }: CompiledNetwork,
  { configuration, observer }: TrainOptions,
  start: StartingWeights | undefined,
) {
  const initial = initialiseWeights(graph, configuration.seed);
  if (start === undefined) return initial;
  observer?.({ kind: "note", message: start.message });
  return new Map([...initial, ...start.weights]);
}

function metadataOf(
  network: CompiledNetwork,
  { configuration, source, version }: TrainOptions,
  { inputs, classWeights, binWeights }: PreparedData,
): WeightsMetadata {
  return {
    network: network.name,
    parameters: network.parameters,
    source,
    classes: configuration.masks.classes,
    ...storedNormalisations(inputs),
    targets: Object.fromEntries(
      outputPlans(network.graph, configuration).map(({ name, target }) => [name, learnedTarget(target)]),
    ),
    classWeights,
    binWeights,
    average: configuration.average,
    step: 0,
    epoch: 0,
    version,
  };
}
