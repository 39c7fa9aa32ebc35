/** Trains as `fcn train` and the quickstart do: data shown, engine chosen, progress, weights, report. */

import { keptMeasure } from "../../../../compiler/learning/configuration.ts";
import { measureLabel } from "../../../../compiler/learning/targets/registry.ts";
import type { EngineChoice } from "../../../../runtime/engines/choose.ts";
import { checkOutputFolder } from "../../../../runtime/files/output-place.ts";
import { keptValue } from "../../../../runtime/training/best.ts";
import { gigabytes, type MemoryNeed } from "../../../../runtime/training/memory-need.ts";
import type { TrainingEvent, TrainingPlan } from "../../../../runtime/training/observer.ts";
import { writeReport } from "../../../../runtime/training/report/write-report.ts";
import { type HeldRunFolder, holdRunFolder, type RunMode } from "../../../../runtime/training/run-folder.ts";
import { trainWithTorch } from "../../../../runtime/training/torch/train-with-torch.ts";
import { train } from "../../../../runtime/training/train.ts";
import type { TrainOptions, TrainResult } from "../../../../runtime/training/train-options.ts";
import { percent, withPrefix } from "../../../../views/text/numbers.ts";
import { version } from "../../../host/version.ts";
import { workWithoutReader } from "../../console/broken-pipe.ts";
import { exitCode } from "../../console/exit-code.ts";
import { measured, measuresInWords } from "../../console/metrics-table.ts";
import { counted, duration, grouped } from "../../console/numbers.ts";
import { Reported } from "../../console/reported.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import type { AskedEngine } from "../../program/chosen-engine.ts";
import { type OpenProgram, openProgram, type TrainingChoice } from "../../program/open-program.ts";
import { describeData, showDataProblems } from "../data/show-data-report.ts";
import { drawSvg } from "../diagram/run-diagram.ts";
import { describeEnvironment } from "../doctor/run-environment.ts";
import {
  type ChosenStart,
  chosenStart,
  type StartCommand,
  startingFrom,
  weightsToStartFrom,
} from "./chosen-start.ts";
import { describeUpdates } from "./describe-updates.ts";
import { checkTorchSettings, enginesOf } from "./engines-of.ts";
import { onInterrupt } from "./interruption.ts";
import { foldFolder, usualFolder } from "./run-place.ts";
import { TrainDisplay } from "./train-display.ts";
import { watchedReport } from "./watched-report.ts";

export interface TrainCommand extends TrainingChoice, StartCommand {
  readonly engine: AskedEngine;
  /** A file that renames the tensors of those weights. */
  readonly map?: string | undefined;
  readonly out?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly allowChanges?: boolean | undefined;
  readonly force?: boolean | undefined;
  /** Bytes that a training step may take. */
  readonly memory?: number | undefined;
  /** Minutes between checkpoints inside an epoch. */
  readonly checkpointEvery?: number | undefined;
  /** Epochs after which a run of a sweep pauses. */
  readonly stopAfter?: number | undefined;
  readonly keepCheckpoints?: number | undefined;
  readonly tensorboard?: boolean | undefined;
  /** Serves the report on this machine while training. */
  readonly watch?: boolean | undefined;
  readonly port?: number | undefined;
  /** The interpreter of PyTorch. */
  readonly python?: string | undefined;
  readonly threads?: number | undefined;
  /** Processes of PyTorch, and machines. */
  readonly workers?: number | undefined;
  readonly nodes?: number | undefined;
  readonly rendezvous?: string | undefined;
}

/**
 * Leaves weights, checkpoint, metrics and report in the run's folder.
 * @throws UserError as `train` does; Reported with status 130 after Ctrl-C.
 */
export async function runTraining(
  file: string,
  command: TrainCommand,
  terminal: Terminal,
): Promise<TrainResult> {
  checkTorchSettings(command);
  const mode = modeOf(command);
  if (command.out !== undefined) await checkOutputFolder(command.out);
  const opened = await openProgram(file, command, terminal);
  const start = chosenStart(opened.configuration, command);
  const program = { ...opened, configuration: startingFrom(opened.configuration, start) };
  const out = command.out ?? usualFolder(program.network.name);
  const folder = await holdRunFolder(foldFolder(out, command.fold), mode);
  const workDone = workWithoutReader();
  try {
    return await trainInFolder(file, program, start, folder, command, terminal);
  } finally {
    await folder.release();
    workDone();
  }
}

async function trainInFolder(
  file: string,
  program: OpenProgram,
  start: ChosenStart | undefined,
  folder: HeldRunFolder,
  command: TrainCommand,
  terminal: Terminal,
): Promise<TrainResult> {
  const { choice, torch } = await enginesOf(program, file, folder, command, terminal);
  const startFrom =
    folder.mode === "resume" ? undefined : await weightsToStartFrom(program, file, start, command.map);
  const watched = await watchedReport(program, folder, choice, command, terminal);
  const display = new TrainDisplay(terminal);
  const interruption = onInterrupt(() =>
    display.note("interrupted: finishing this step, then writing a checkpoint"),
  );
  const { checkpointEvery } = command;
  let result: TrainResult;
  let need: MemoryNeed | undefined;
  try {
    const options = {
      ...program,
      engine: choice.engine,
      engineReport: choice.report,
      folder,
      version: version(),
      startFrom,
      allowChanges: command.allowChanges,
      memory: command.memory,
      checkpointInterval: checkpointEvery === undefined ? undefined : 60 * checkpointEvery,
      stopAfter: command.stopAfter,
      keptCheckpoints: command.keepCheckpoints,
      tensorboard: command.tensorboard,
      signal: interruption.signal,
      observer: (event: TrainingEvent) => {
        if (event.kind === "checked") {
          showDataProblems(event.report, terminal);
          if (event.report.problems.every(({ severity }) => severity === "warning")) {
            terminal.note(describeData(event.report, program.configuration.masks.classes));
          }
        }
        if (event.kind === "note") terminal.note(event.message);
        if (event.kind === "memory") {
          need = event.need;
          terminal.note(describeNeed(need));
        }
        if (event.kind === "begins") announce(program, event.plan, terminal);
        display.observe(event);
        watched?.observe(event);
      },
    } satisfies TrainOptions;
    result = await (torch === undefined
      ? train(program.network, options)
      : trainWithTorch(program.network, options, torch));
  } finally {
    watched?.close();
    display.close();
    interruption.release();
  }
  await report(program, folder, choice, result, need, terminal);
  if (result.ended === "interrupted") throw new Reported(exitCode.interrupted);
  return result;
}

function modeOf({ resume, force, allowChanges, watch, port }: TrainCommand): RunMode {
  if (port !== undefined && !watch) throw new UsageError("--port is the port of --watch", "add --watch");
  if (port !== undefined && port > 65535) throw new UsageError(`--port ${port}: ports end at 65535`);
  if (allowChanges && !resume) {
    throw new UsageError("--allow-changes applies to a resumed run", "add --resume");
  }
  if (resume && force) {
    throw new UsageError(
      "--resume and --force cannot be used together",
      "--resume continues a run, --force overwrites it",
    );
  }
  return resume ? "resume" : force ? "overwrite" : "new";
}

/** The memory of a step, with a warning when it is close to what the engine holds. */
function describeNeed({
  engine,
  bytes,
  in: where,
  batch,
  image,
  room,
  safeBatch,
  added,
}: MemoryNeed): string {
  const what = `${where === "step" ? "a step" : "validation"} with ${counted(batch, "image")} of ${image.join("×")}`;
  const near = safeBatch !== undefined && safeBatch < batch && room !== undefined;
  const warning = near
    ? `; the ${engine} engine holds ${gigabytes(room)}: if it runs out of memory, use a batch of ${Math.max(1, safeBatch)}`
    : "";
  const recomputed =
    added > 0 ? `, with recomputation of feature maps: ${percent(added)} more operations` : "";
  return `memory: ${what} needs ${withPrefix(bytes, "B")}${recomputed}${warning}`;
}

function announce(
  { network, data, configuration }: OpenProgram,
  plan: TrainingPlan,
  terminal: Terminal,
): void {
  const { classes } = configuration.masks;
  const weights = plan.classWeights?.map((weight, i) => `${classes[i]} ${weight.toFixed(3)}`).join(", ");
  if (plan.step >= plan.epochs * plan.stepsPerEpoch) {
    terminal.note(
      `the run in this folder is complete: ${counted(plan.epochs, "epoch")} of ${counted(plan.stepsPerEpoch, "step")}; --epochs N continues it up to epoch N`,
    );
    return;
  }
  terminal.note(
    `${plan.step > 0 ? `resuming ${network.name} after step ${grouped(plan.step)}` : `training ${network.name}`} on ${data.source}: ` +
      `${counted(plan.trainingImages, "training image")}, ${counted(plan.validationImages, "validation image")}; ` +
      `${counted(plan.epochs, "epoch")} of ${counted(plan.stepsPerEpoch, "step")}` +
      describeUpdates(network.graph, configuration)
        .map((line) => `\n${line}`)
        .join("") +
      (weights === undefined ? "" : `\nclass weights: ${weights}`),
  );
}

async function report(
  program: OpenProgram,
  folder: HeldRunFolder,
  { engine, report }: EngineChoice,
  result: TrainResult,
  need: MemoryNeed | undefined,
  terminal: Terminal,
): Promise<void> {
  const { network, data, configuration, source } = program;
  await writeReport({
    network,
    configuration,
    data,
    engine,
    folder,
    best: result.best,
    diagram: await drawSvg(network),
    environment: describeEnvironment({ network, data, configuration, source, result, need, engine: report }),
  });
  const ended = {
    finished: `finished after ${counted(result.epochs, "epoch")}`,
    early: `stopped after ${counted(result.epochs, "epoch")}: no improvement for ${counted(configuration.keep.patience ?? 0, "epoch")}`,
    paused: `paused after ${counted(result.epochs, "epoch")}`,
    interrupted: `interrupted after ${counted(result.steps, "step")}; --resume continues`,
  }[result.ended];
  terminal.note(`${ended}, ${duration(result.seconds)}`);
  const { best } = result;
  if (best !== undefined) {
    const { output, measure } = keptMeasure(configuration.keep);
    const { bestClass } = configuration.keep;
    const several = Object.keys(best.outputs).length > 1 && output !== undefined;
    const what = `${several ? `${output} ` : ""}${measureLabel(measure)}${bestClass === undefined ? "" : ` of ${bestClass}`}`;
    const value = keptValue(configuration.keep, { ...best, loss: best.loss ?? undefined });
    const score = styled(
      output === undefined ? (value?.toFixed(4) ?? "–") : measured(measure, value ?? null),
      "bold",
      terminal.printColour,
    );
    terminal.print(`best: epoch ${best.epoch}, ${what} ${score} on the ${best.measured_on} images`);
    const outputs = Object.entries(best.outputs);
    for (const [name, values] of outputs.length > 1 || output === undefined ? outputs : [])
      terminal.print(`  ${name}: ${measuresInWords(values)}`);
    terminal.print(`weights  ${folder.weights}`);
  }
  terminal.print(`report   ${folder.report}`);
}
