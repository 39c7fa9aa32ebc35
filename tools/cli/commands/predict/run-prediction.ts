/** Predicts as `fcn predict` and the quickstart do. */

import { dirname } from "node:path";
import { learnsMasks, usualTarget } from "../../../../compiler/learning/targets/registry.ts";
import type { Graph, GraphOutput } from "../../../../compiler/network/graph.ts";
import { coloursOfRaster } from "../../../../runtime/crf/colour-image.ts";
import { EngineFull, EngineRefusal } from "../../../../runtime/engines/engine.ts";
import { checkOutputFolder, makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { describePatches } from "../../../../runtime/fit/patches.ts";
import { classPalette } from "../../../../runtime/images/palette.ts";
import { setPixelLimit } from "../../../../runtime/images/pixel-limit.ts";
import type { Raster } from "../../../../runtime/images/raster.ts";
import { readImage } from "../../../../runtime/images/read-image.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import { findImages } from "../../../../runtime/prediction/image-files.ts";
import { type ImagePlan, mainFile, planOutputs } from "../../../../runtime/prediction/output-files.ts";
import { PredictionMemory } from "../../../../runtime/prediction/prediction-memory.ts";
import { type Prediction, Predictor } from "../../../../runtime/prediction/predictor.ts";
import { writePrediction } from "../../../../runtime/prediction/write-prediction.ts";
import { checkRefinable } from "../../../../runtime/refinement/check-refinable.ts";
import { refinePrediction } from "../../../../runtime/refinement/refine-prediction.ts";
import type { LearnedTarget } from "../../../../runtime/targets/learned-target.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { exitCode } from "../../console/exit-code.ts";
import { reportError } from "../../console/report-error.ts";
import { Reported } from "../../console/reported.ts";
import { styled, type Terminal } from "../../console/terminal.ts";
import { type AskedEngine, chosenEngine } from "../../program/chosen-engine.ts";
import { type AskedField, askedField } from "../../program/crf-options.ts";
import { imageTooLarge, roomOf } from "../../program/image-too-large.ts";
import { loadTrained, type TrainedChoice } from "../../program/load-trained.ts";
import { checkInputFolders, type InputFolders, readOthers } from "./other-images.ts";

export interface PredictCommand extends TrainedChoice, AskedField {
  readonly out: string;
  readonly probabilities?: boolean | undefined;
  /** Folders of the images for the inputs after the first, by name. */
  readonly inputs?: InputFolders | undefined;
  /** Of an image file; left out: the usual limit. */
  readonly maxPixels?: number | undefined;
  readonly engine: AskedEngine;
}

/**
 * An image that cannot be read or is too large is said, and the others are predicted.
 * @param given files, folders and patterns
 * @throws UserError when nothing can be written, weights and network do not go together, files would collide, or the only image is
 *   bad; Reported with status 1 after several of which some are
 */
export async function runPrediction(
  file: string,
  given: readonly string[],
  command: PredictCommand,
  terminal: Terminal,
): Promise<void> {
  if (command.maxPixels !== undefined) setPixelLimit(command.maxPixels);
  await checkOutputFolder(command.out);
  const images = await findImages(given);
  const { network, trained } = await loadTrained(file, command, terminal);
  const { graph } = network;
  const { classes, targets } = trained.metadata;
  const field = askedField(command);
  if (field !== undefined) checkRefinable(graph, refinedOutputs(graph, targets));
  const names = {
    outputs: graph.outputs.map(({ name }) => name),
    classes: command.probabilities ? classes : [],
  };
  const plans = planOutputs(images, command.out, names, targets);
  const { engine, report } = await chosenEngine(command.engine, terminal);
  const predictor = await Predictor.open(graph, engine, { ...trained.metadata, weights: trained.weights });
  try {
    checkInputFolders(predictor, command.inputs);
    const palette = classPalette(Math.max(2, classes.length));
    const predicted = imagePredictor(predictor, { graph, room: roomOf(engine, report), command, terminal });
    const bad: string[] = [];
    for (const plan of plans) {
      const made = await predicted(plan).catch((error: unknown) => {
        // What is wrong with one image says nothing of the others; where the engine has stopped, there are no others.
        if (!(error instanceof UserError) || error instanceof EngineFull || plans.length === 1) throw error;
        reportError(error, terminal);
        bad.push(plan.image);
      });
      if (made === undefined) continue;
      for (const [i, prediction] of made.predictions.entries()) {
        const files = plan.outputs[i];
        if (files === undefined) continue;
        makeOutputFolder(dirname(mainFile(files)));
        await writePrediction(prediction, made.shown, palette, files);
      }
      terminal.print(plan.outputs.map(mainFile).join("\n"));
    }
    if (bad.length > 0) throw listBad(bad, plans.length, terminal);
  } finally {
    predictor.close();
  }
}

interface PredictedImage {
  /** As the file has it. */
  readonly shown: Raster;
  readonly predictions: readonly Prediction[];
}

/** Asks for the memory before it decodes an image; says once that images are split into patches, and how floating-point samples are taken. */
function imagePredictor(
  predictor: Predictor,
  setting: {
    readonly graph: Graph;
    readonly room: ReturnType<typeof roomOf>;
    readonly command: PredictCommand;
    readonly terminal: Terminal;
  },
): (plan: ImagePlan) => Promise<PredictedImage> {
  const { graph, room, command, terminal } = setting;
  const memory = new PredictionMemory(graph, room);
  const field = askedField(command);
  const said = new Set<string>();
  const sayOnce = (note: string | undefined): void => {
    if (note !== undefined && !said.has(note)) terminal.note(note);
    if (note !== undefined) said.add(note);
  };
  let cut = false;
  return async ({ image: path }) => {
    const size = await readImageSize(path);
    if (!(await memory.fits(size, false))) throw await imageTooLarge(path, size, { graph, room });
    const shown = await readImage(path);
    const seen = shown.channels === predictor.channels ? shown : await readImage(path, predictor.channels);
    if (shown.fullScale === 1) sayOnce(floatingPoint);
    const cutting = cut ? undefined : describePatches(graph, predictor.placeOf(seen));
    sayOnce(cutting);
    cut ||= cutting !== undefined;
    const others = await readOthers(path, predictor, command.inputs);
    try {
      const direct = await predictor.predict(seen, others);
      if (field === undefined) return { shown, predictions: direct };
      const colours = coloursOfRaster(seen);
      return { shown, predictions: direct.map((one) => refinePrediction(one, colours, field)) };
    } catch (error) {
      if (error instanceof EngineFull) {
        const { message, help } = await imageTooLarge(path, size, { graph, room, stopped: true });
        throw new EngineFull(message, help);
      }
      throw error instanceof EngineRefusal ? await imageTooLarge(path, size, { graph, room }) : error;
    }
  };
}

const floatingPoint =
  "floating-point samples are used as they are; 8-bit and 16-bit samples are scaled to 0 … 1. Images must have the sample type and range that the network was trained on";

function listBad(bad: readonly string[], count: number, terminal: Terminal): Reported {
  const label = styled("error:", "red", terminal.noteColour);
  terminal.note(`${label} ${bad.length} of ${count} images have no prediction:`);
  for (const path of bad) terminal.note(`  ${path}`);
  return new Reported(exitCode.inputHasErrors);
}

/** @throws UserError when no output learned labels. */
function refinedOutputs(
  graph: Graph,
  targets: Readonly<Record<string, LearnedTarget>>,
): readonly GraphOutput[] {
  const outputs = graph.outputs.filter(({ name }) => learnsMasks(targets[name] ?? usualTarget));
  if (outputs.length > 0) return outputs;
  throw new UserError(`no output of ${graph.name} learned labels; --crf needs one`);
}
