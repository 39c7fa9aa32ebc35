/** Predicts as `fcn predict` and the quickstart do. */
import { mkdir } from "node:fs/promises";
import { checkRefinable } from "../../runtime/crf/check-refinable.ts";
import { coloursOfRaster } from "../../runtime/crf/colour-image.ts";
import { refinePrediction } from "../../runtime/crf/refine-prediction.ts";
import { classPalette } from "../../runtime/images/palette.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { planOutputs } from "../../runtime/prediction/output-files.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { writePrediction } from "../../runtime/prediction/write-prediction.ts";
import { type AskedEngine, chosenEngine } from "./chosen-engine.ts";
import { type AskedField, askedField } from "./crf-options.ts";
import { loadTrained, type TrainedChoice } from "./load-trained.ts";
import type { Terminal } from "./terminal.ts";

export interface PredictCommand extends TrainedChoice, AskedField {
  readonly out: string;
  readonly probabilities?: boolean | undefined;
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
  const { classes, normalisation } = trained.metadata;
  const field = askedField(command);
  if (field !== undefined) checkRefinable(network.graph, network.graph.outputs);
  const plans = planOutputs(images, command.out, {
    outputs: network.graph.outputs.map(({ name }) => name),
    classes: command.probabilities ? classes : [],
  });
  const { engine } = await chosenEngine(command.engine, terminal);
  await mkdir(command.out, { recursive: true });
  const palette = classPalette(Math.max(2, classes.length));
  const predictor = await Predictor.open(network.graph, engine, { weights: trained.weights, normalisation });
  try {
    for (const plan of plans) {
      const shown = await readImage(plan.image);
      const seen = await readImage(plan.image, predictor.channels);
      const direct = await predictor.predict(seen);
      const predictions = field
        ? direct.map((prediction) => refinePrediction(prediction, coloursOfRaster(seen), field))
        : direct;
      for (const [i, prediction] of predictions.entries()) {
        const files = plan.outputs[i];
        if (files !== undefined) await writePrediction(prediction, shown, palette, files);
      }
      terminal.print(plan.outputs.map(({ labels }) => labels).join("\n"));
    }
  } finally {
    predictor.close();
  }
}
