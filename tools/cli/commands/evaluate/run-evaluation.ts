/** Evaluates as `fcn evaluate` and the quickstart do. */

import type { TrainConfiguration } from "../../../../compiler/learning/configuration.ts";
import { learnsMasks } from "../../../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { DataSet } from "../../../../runtime/data/data-set.ts";
import { writeAtomically } from "../../../../runtime/files/atomic-write.ts";
import { checkOutputFile } from "../../../../runtime/files/output-place.ts";
import { imageScene } from "../../../../runtime/fit/fit.ts";
import { bootstrapIntervals, type Intervals } from "../../../../runtime/metrics/bootstrap.ts";
import type { OutputClasses, OutputValues } from "../../../../runtime/metrics/output-metrics.ts";
import { type OutputTrimaps, TrimapCounts } from "../../../../runtime/metrics/trimap.ts";
import { normalisationsOf } from "../../../../runtime/prediction/input-normalisations.ts";
import { Random } from "../../../../runtime/random.ts";
import { checkRefinable } from "../../../../runtime/refinement/check-refinable.ts";
import { RefinedCounts, type RefinedMetrics } from "../../../../runtime/refinement/refined-counts.ts";
import { MetricsByOutput } from "../../../../runtime/targets/metrics-by-output.ts";
import { evaluate } from "../../../../runtime/training/evaluate.ts";
import { imageScale, outputPlans } from "../../../../runtime/training/output-plans.ts";
import { truthOf } from "../../../../runtime/training/trained-batch.ts";
import type { ImageMeasures } from "../../../../runtime/training/validate.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import type { Terminal } from "../../console/terminal.ts";
import { askedAveraging } from "../../program/asked-averaging.ts";
import type { AskedAugmentation } from "../../program/augmentation-options.ts";
import { type AskedEngine, chosenEngineOf } from "../../program/chosen-engine.ts";
import { type AskedField, askedField } from "../../program/crf-options.ts";
import { roomOf } from "../../program/image-too-large.ts";
import { type EnsembleChoice, loadEnsemble } from "../../program/load-ensemble.ts";
import { openProgram } from "../../program/open-program.ts";
import { checkMemory } from "./check-memory.ts";
import { perImageTable } from "./per-image.ts";

export interface EvaluateCommand extends EnsembleChoice, AskedField, AskedAugmentation {
  readonly data?: string | undefined;
  readonly engine: AskedEngine;
  readonly split: "validation" | "training" | "test" | "all";
  /** Of an image file; left out: the usual limit. */
  readonly maxPixels?: number | undefined;
  /** File for the measures of every image. */
  readonly perImage?: string | undefined;
  /** Drawings of images for intervals of the measures. */
  readonly bootstrap?: number | undefined;
  /** Widths of bands around label boundaries, pixels. */
  readonly trimap?: readonly number[] | undefined;
}

/** What `fcn evaluate --json` prints. */
export interface Evaluation {
  readonly network: string;
  /** Of several, the predictions were averaged. */
  readonly weights: string | readonly string[];
  readonly data: string;
  readonly measured_on: EvaluateCommand["split"];
  readonly images: number;
  /** `null` where predictions were averaged: it is of one prediction. */
  readonly loss: number | null;
  /** Where --trimap asks for it. */
  readonly trimap?: OutputTrimaps;
  /** Where --crf asks for it: the metrics of the refined predictions. */
  readonly crf?: RefinedMetrics;
  /** The measures of every output, and its part of the loss. */
  readonly outputs: OutputValues;
  /** Of the outputs that distinguish classes, class by class. */
  readonly classes: OutputClasses;
  readonly losses: Readonly<Record<string, number>>;
  /** Where --bootstrap asks for them: 95 % of the drawings are within. */
  readonly intervals?: Intervals;
}

/** @throws UserError when weights, data and network do not go together. */
export async function runEvaluation(
  file: string,
  command: EvaluateCommand,
  terminal: Terminal,
): Promise<Evaluation> {
  if (command.perImage !== undefined) await checkOutputFile(command.perImage);
  const { network, trained, members, choice } = await loadEnsemble(file, command, terminal);
  const { configuration, data } = await openProgram(
    file,
    { ...choice, data: command.data, maxPixels: command.maxPixels },
    quiet(terminal),
  );
  const measured = pairsOf(data, command.split);
  if (measured.validation.length === 0) {
    throw new UserError(
      `${data.source} has no pairs for --split ${command.split}`,
      command.split === "test"
        ? "set some aside in the train section's data: test = 10%, or test_images; training does not read them"
        : "choose another split: --split training or --split all",
    );
  }
  const field = askedField(command);
  const labelled = configuration.outputs.filter(({ target }) => learnsMasks(target));
  if (labelled.length === 0 && (field !== undefined || command.trimap !== undefined)) {
    throw new UserError(`no output of ${network.name} learns labels; --crf and --trimap need one`);
  }
  if (field !== undefined)
    checkField(
      network.graph,
      labelled.map(({ name }) => name),
      configuration,
    );
  const { classes } = data.masks;
  const { finest } = imageScene(network.graph);
  const normalisation = normalisationsOf(network.graph, trained.metadata).get(finest);
  const guide = { input: finest, normalisation: normalisation ?? trained.metadata.normalisation };
  const widths = command.trimap ?? [];
  const bands = new Map(labelled.map(({ name }) => [name, new TrimapCounts(classes, widths)]));
  const refined = field && new RefinedCounts(field, { classes, guide, widths });
  const { engine, report } = await chosenEngineOf(network, command.engine, terminal);
  await checkMemory(network.graph, roomOf(engine, report), {
    pairs: measured.validation,
    scale: imageScale(network.graph, configuration),
  });
  const each: ImageMeasures[] = [];
  const alone = command.perImage !== undefined || command.bootstrap !== undefined;
  const {
    images,
    loss,
    outputs,
    classes: byClass,
    losses,
  } = await evaluate(network.graph, {
    data: measured,
    engine,
    trained: members,
    averaging: askedAveraging(network.graph, command),
    configuration,
    ...(alone && { each: (image) => each.push(image) }),
    measured: async (batch) => {
      const truth = truthOf(batch.output, batch.batch);
      if (truth.kind === "labels") bands.get(batch.output)?.addBatch(batch.predicted, truth);
      await refined?.add(batch);
    },
  });
  if (command.perImage !== undefined)
    await writeAtomically(command.perImage, [Buffer.from(perImageTable(each))]);
  return {
    network: network.name,
    weights: members.length === 1 ? trained.file : members.map((member) => member.file),
    data: data.source,
    measured_on: command.split,
    images,
    loss: loss ?? null,
    outputs,
    classes: byClass,
    losses,
    ...(command.bootstrap !== undefined && {
      intervals: bootstrapIntervals(
        each.map(({ counts }) => counts),
        (counts) => new MetricsByOutput(outputPlans(network.graph, configuration), classes, counts).values(),
        { drawings: command.bootstrap, share: 0.95, random: new Random(bootstrapSeed) },
      ),
    }),
    ...(widths.length === 0
      ? {}
      : { trimap: Object.fromEntries([...bands].map(([name, counts]) => [name, counts.toJson()])) }),
    ...(refined === undefined ? {} : { crf: refined.toJson() }),
  };
}

/** The same drawings every time. */
const bootstrapSeed = 1;

/** The random field gets the same images as the network. */
function checkField(graph: Graph, labelled: readonly string[], configuration: TrainConfiguration): void {
  checkRefinable(
    graph,
    graph.outputs.filter(({ name }) => labelled.includes(name)),
  );
  const scale = imageScale(graph, configuration);
  if (scale.every(({ numerator, denominator }) => numerator === denominator)) return;
  throw new UserError(
    "--crf refines labels at the resolution of the input, and the images of the data have a different one",
  );
}

/** The data set whose validation pairs are those asked for. */
function pairsOf(data: DataSet, split: EvaluateCommand["split"]): DataSet {
  switch (split) {
    case "validation":
      return data;
    case "training":
      return { ...data, validation: data.training };
    case "test":
      return { ...data, validation: data.test ?? [] };
    case "all":
      return { ...data, validation: [...data.training, ...data.validation, ...(data.test ?? [])] };
  }
}

/** The program's warnings were shown when it was compiled for its weights. */
function quiet(terminal: Terminal): Terminal {
  return { ...terminal, note: () => {} };
}
