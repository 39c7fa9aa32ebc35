/** Predicts as `fcn predict` and the quickstart do. */
import { mkdir, readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Graph, GraphOutput } from "../../compiler/ir/graph.ts";
import { checkRefinable } from "../../runtime/crf/check-refinable.ts";
import { coloursOfRaster } from "../../runtime/crf/colour-image.ts";
import { refinePrediction } from "../../runtime/crf/refine-prediction.ts";
import { classPalette } from "../../runtime/images/palette.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import type { LearnedTarget } from "../../runtime/prediction/learned-target.ts";
import { mainFile, planOutputs } from "../../runtime/prediction/output-files.ts";
import { describePatches } from "../../runtime/prediction/patches.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { writePrediction } from "../../runtime/prediction/write-prediction.ts";
import { UserError } from "../../runtime/user-error.ts";
import { type AskedEngine, chosenEngine } from "./chosen-engine.ts";
import { type AskedField, askedField } from "./crf-options.ts";
import { loadTrained, type TrainedChoice } from "./load-trained.ts";
import type { Terminal } from "./terminal.ts";

export interface PredictCommand extends TrainedChoice, AskedField {
  readonly out: string;
  readonly probabilities?: boolean | undefined;
  /** Folders of the images for the inputs after the first, by name. */
  readonly inputs?: ReadonlyMap<string, string> | undefined;
  readonly engine: AskedEngine;
}

/** @throws UserError when weights and network do not go together, an image cannot be read, or files would collide. */
export async function runPrediction(
  file: string,
  images: readonly string[],
  command: PredictCommand,
  terminal: Terminal,
): Promise<void> {
  const { network, trained } = await loadTrained(file, command, terminal);
  const { classes, targets } = trained.metadata;
  const field = askedField(command);
  if (field !== undefined) checkRefinable(network.graph, refinedOutputs(network.graph, targets));
  const plans = planOutputs(
    images,
    command.out,
    {
      outputs: network.graph.outputs.map(({ name }) => name),
      classes: command.probabilities ? classes : [],
    },
    targets,
  );
  const { engine } = await chosenEngine(command.engine, terminal);
  await mkdir(command.out, { recursive: true });
  const palette = classPalette(Math.max(2, classes.length));
  const predictor = await Predictor.open(network.graph, engine, {
    ...trained.metadata,
    weights: trained.weights,
  });
  let noted = false;
  try {
    for (const plan of plans) {
      const shown = await readImage(plan.image);
      const seen = await readImage(plan.image, predictor.channels);
      const cutting: string | undefined = noted
        ? undefined
        : describePatches(network.graph, predictor.placeOf(seen));
      if (cutting !== undefined) terminal.note(cutting);
      noted ||= cutting !== undefined;
      const direct = await predictor.predict(seen, await readOthers(plan.image, predictor, command.inputs));
      const predictions = field
        ? direct.map((prediction) => refinePrediction(prediction, coloursOfRaster(seen), field))
        : direct;
      for (const [i, prediction] of predictions.entries()) {
        const files = plan.outputs[i];
        if (files !== undefined) await writePrediction(prediction, shown, palette, files);
      }
      terminal.print(plan.outputs.map(mainFile).join("\n"));
    }
  } finally {
    predictor.close();
  }
}

/** @throws UserError when no output learned labels. */
function refinedOutputs(
  graph: Graph,
  targets: Readonly<Record<string, LearnedTarget>>,
): readonly GraphOutput[] {
  const outputs = graph.outputs.filter(({ name }) => (targets[name]?.kind ?? "labels") === "labels");
  if (outputs.length > 0) return outputs;
  throw new UserError(`no output of ${graph.name} learned labels, which --crf refines`);
}

/** The images for the other inputs: the files of the image's name, whatever its extension, in the folders given. */
async function readOthers(
  image: string,
  predictor: Predictor,
  folders: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, Raster>> {
  const known = predictor.otherInputs.map(({ name }) => name);
  for (const name of folders.keys()) {
    if (!known.includes(name)) {
      throw new UserError(
        `--input ${name}: the network has no further input of that name`,
        known.length === 0 ? "leave it out" : `give ${known.join(", ")}`,
      );
    }
  }
  const images = new Map<string, Raster>();
  for (const { name, channels } of predictor.otherInputs) {
    const folder = folders.get(name);
    if (folder === undefined) {
      throw new UserError(
        `the network has an input "${name}" beside the first`,
        `say where its images are: --input ${name}=DIR, with a file of the same name for each image`,
      );
    }
    const stem = basename(image, extname(image));
    const files = (await filesIn(folder)).filter((file) => basename(file, extname(file)) === stem);
    const [file, second] = files.sort();
    if (file === undefined || second !== undefined) {
      throw new UserError(
        `${folder} has ${file === undefined ? "no file" : `several files (${files.join(", ")})`} named ${stem} for the input "${name}"`,
      );
    }
    images.set(name, await readImage(join(folder, file), channels));
  }
  return images;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UserError(
      `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
