/** Trains by PyTorch: the emitted package in its own processes, with the same run folder, checkpoints and events as `train`. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { shapesAt } from "../../engines/check-inputs.ts";
import { refuseSingleValues } from "../../engines/single-value.ts";
import { storedNormalisations } from "../../prediction/input-normalisations.ts";
import { learnedTarget } from "../../targets/registry.ts";
import { UserError } from "../../user-error.ts";
import { initialiseWeights } from "../../weights/initialise.ts";
import { checkClasses } from "../check-classes.ts";
import { checkState } from "../check-state.ts";
import { type Checkpoint, type RunState, readCheckpoint, writeCheckpoint } from "../checkpoint.ts";
import { diverged } from "../diverged.ts";
import { outputPlans } from "../output-plans.ts";
import { type PreparedData, prepareData } from "../prepare-data.ts";
import { recordRun } from "../record-run.ts";
import { restoreSideFiles } from "../restore-side-files.ts";
import { readForResume } from "../resume.ts";
import { prepareRunFolder } from "../run-folder.ts";
import { planOf, type RunPlan } from "../run-plan.ts";
import { sessionTraining } from "../session-training.ts";
import { describeTakenOver, takeOver } from "../take-over.ts";
import { EventFile } from "../tensorboard/event-file.ts";
import type { TrainOptions, TrainResult } from "../train-options.ts";
import { refuseWhollyFrozen } from "../weight-groups.ts";
import type { WeightsMetadata } from "../weights-metadata.ts";
import { launch, launchArguments, type TorchEvent, type TorchExit, type TorchProcesses } from "./launch.ts";
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
  const outputs = outputPlans(network.graph, configuration);
  checkClasses(network.graph, outputs, configuration.masks.classes);
  refuseWhollyFrozen(network.graph, configuration);
  const plan = await planOf(network, options);
  const checkpoint = folder.mode === "resume" ? await readForResume(network, options, plan) : undefined;
  const prepared = await prepareData(network.graph, options, checkpoint);
  if (checkpoint !== undefined) checkState(network, options, checkpoint, prepared.stepsPerEpoch);
  const training = sessionTraining({ graph: network.graph, train: configuration }, prepared);
  for (const { sizes, images } of prepared.expects.trained)
    refuseSingleValues(shapesAt(network.graph, sizes), images, training.outputs.keys());
  await prepareRunFolder(folder);
  await recordRun(network, options, plan, checkpoint?.state.step ?? 0);
  const metadata = metadataOf(network, options, prepared);
  if (checkpoint !== undefined) await restored(options, checkpoint, plan);
  const weights = startingWeights(network, options);
  const written = await writePackage(network, options, { plan, metadata, inputs: prepared.inputs, weights });
  const events = options.tensorboard
    ? await EventFile.begin(folder.events, configuration.masks.classes, checkpoint?.state.step ?? 0)
    : undefined;
  const run = new TorchRun(options, prepared, events);
  const module = `${written.name}.train`;
  tellOthers(options, torch, written.folder, module);
  const exit = await launch(
    torch.processes,
    { folder: written.folder, module, options: ["--events", ...optionsOf(options, torch)] },
    (event) => run.hear(event),
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
function tellOthers(options: TrainOptions, torch: TorchTraining, folder: string, module: string): void {
  const { processes } = torch;
  if (processes.nodes === 1) return;
  const line = [processes.python, ...launchArguments(processes, module, optionsOf(options, torch))].join(" ");
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
  await writeCheckpoint(folder.checkpoint, checkpoint, checkpoint.metadata, plan, state);
}

function startingWeights({ graph }: CompiledNetwork, { configuration, startFrom, observer }: TrainOptions) {
  const initial = initialiseWeights(graph, configuration.seed);
  if (startFrom === undefined) return initial;
  const taken = takeOver(graph, startFrom);
  observer?.({ kind: "note", message: describeTakenOver(startFrom.file, taken) });
  return new Map([...initial, ...taken.weights]);
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

/** What the processes say, in the words of `train`. */
class TorchRun {
  readonly #options: TrainOptions;
  readonly #prepared: PreparedData;
  readonly #events: EventFile | undefined;
  readonly #started = performance.now();
  #stepsBefore = 0;
  #step = 0;
  #rate: number;
  #measures = {};
  #failure: Extract<TorchEvent, { kind: "failed" }> | undefined;
  #ended: Extract<TorchEvent, { kind: "ended" }> | undefined;
  /** Lines that TensorBoard is given, one after the other. */
  logged: Promise<void> = Promise.resolve();

  constructor(options: TrainOptions, prepared: PreparedData, events: EventFile | undefined) {
    this.#options = options;
    this.#prepared = prepared;
    this.#events = events;
    this.#rate = options.configuration.optimizer.learningRate;
  }

  hear(event: TorchEvent): void {
    const { observer, configuration } = this.#options;
    switch (event.kind) {
      case "begins":
        this.#step = this.#stepsBefore = event.plan.step;
        observer?.({ kind: "begins", plan: { ...event.plan, classWeights: this.#prepared.classWeights } });
        break;
      case "step": {
        this.#step = event.progress.step;
        const left = configuration.epochs * this.#prepared.stepsPerEpoch - this.#step;
        const seconds = (performance.now() - this.#started) / 1000;
        const secondsLeft = (left * seconds) / Math.max(1, this.#step - this.#stepsBefore);
        observer?.({ kind: "step", progress: { ...event.progress, training: this.#measures, secondsLeft } });
        break;
      }
      case "steps":
        this.#measures = event.line.training;
        this.#rate = event.line.rate;
        this.#log(event.line);
        break;
      case "validating":
        observer?.(event);
        break;
      case "epoch":
        this.#measures = {};
        this.#log(event.line);
        observer?.(event);
        break;
      case "failed":
        this.#failure ??= event;
        break;
      case "ended":
        this.#ended = event;
        break;
      case "checkpoint":
        break;
    }
  }

  #log(line: Parameters<EventFile["add"]>[0]): void {
    const events = this.#events;
    if (events !== undefined) this.logged = this.logged.then(() => events.add(line));
  }

  /** @throws UserError when a process failed or was ended */
  async resultAfter(exit: TorchExit): Promise<TrainResult> {
    const { checkpoint: file } = this.#options.folder;
    const state = existsSync(file) ? (await readCheckpoint(file)).state : undefined;
    if (this.#ended !== undefined && exit.status === 0) {
      const { ended, epochs, steps, seconds } = this.#ended;
      return { ended, epochs, steps, seconds, best: state?.best?.metrics };
    }
    const failure = this.#failure;
    if (failure?.not_finite)
      throw diverged(failure.message, `at step ${this.#step + 1}`, { file, progress: state }, this.#rate);
    throw new UserError(
      `${failure === undefined ? describeExit(exit) : `PyTorch: ${failure.message}`}; ${describeSaved(file, state)}`,
      state === undefined ? "see `fcn doctor`" : "then continue by --resume",
    );
  }
}

function describeSaved(file: string, state: RunState | undefined): string {
  return state === undefined ? "no checkpoint was written yet" : `${file} holds step ${state.step}`;
}

/** The last lines of Python's own report say what happened; torchrun says which process, and by which signal it ended. */
function describeExit({ status, signal, errors }: TorchExit): string {
  const lines = errors.split("\n");
  const killed = lines.find((line) => /exitcode *: *-?\d+/.test(line))?.trim();
  const raised = lines.findLast(
    (line) => /^\w*(Error|Exception)\b/.test(line) && !/ChildFailedError/.test(line),
  );
  const what = signal === null ? `with status ${status}` : `by ${signal}`;
  const more = raised ?? killed;
  return `a process of PyTorch ended ${what}${more === undefined ? "" : `: ${more}`}`;
}
