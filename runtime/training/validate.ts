/** The metrics of a network over images whose targets are known, every image at its own size. */
import { learnsMasks } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { LabelBatch, MapBatch, PredictionBatch } from "../arrays.ts";
import type { Batch } from "../data/data-set.ts";
import type { Session } from "../engines/engine.ts";
import type { ImageFit } from "../fit/fit.ts";
import { labelsOfImage, mapOfImage } from "../fit/fit-batch.ts";
import { patchwise } from "../fit/patches.ts";
import type { Measured, OutputClasses, OutputValues } from "../metrics/output-metrics.ts";
import { MetricsByOutput } from "../targets/metrics-by-output.ts";
import { decodedMap } from "../targets/registry.ts";
import { letEventsIn } from "./let-events-in.ts";
import { LossMean } from "./loss-mean.ts";
import type { OutputPlan } from "./output-plans.ts";
import { type TrainedBatch, trainedBatch, truthOf } from "./trained-batch.ts";

export interface Validation {
  /** Of every output, at the images' pixels. */
  readonly outputs: OutputValues;
  /** Of the outputs that distinguish classes, class by class. */
  readonly classes: OutputClasses;
  /** Over all positions that count in the images (loss-mean.ts); `undefined` when there were no images. */
  readonly loss: number | undefined;
  /** The part of each output in it. */
  readonly losses: Readonly<Record<string, number>>;
  readonly images: number;
}

/** A batch that was measured, for further measures of an output that learned the classes of `masks`, at image pixels. */
export interface MeasuredBatch {
  readonly output: string;
  readonly batch: Batch;
  /** [batch, height, width] */
  readonly predicted: LabelBatch;
  /** [batch, height, width, classes]; costs a forward pass. */
  readonly probabilities: () => Promise<MapBatch>;
}

export interface ValidateOptions {
  readonly outputs: readonly OutputPlan[];
  readonly classes: readonly string[];
  readonly shrink: number;
  /** Hears how many images are done. */
  readonly counted?: ((images: number) => void) | undefined;
  /** Given each batch for each output that learned the classes of `masks`. */
  readonly measured?: ((batch: MeasuredBatch) => Promise<void>) | undefined;
  /** When it aborts, the answer is `undefined`. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws UserError when an image fits no accepted size. */
export async function validate(
  graph: Graph,
  session: Session,
  batches: AsyncIterable<Batch>,
  { outputs, classes, shrink, counted, measured, signal }: ValidateOptions,
): Promise<Validation | undefined> {
  const metrics = new MetricsByOutput(outputs, classes);
  const mean = new LossMean();
  let images = 0;
  for await (const batch of batches) {
    const trained = trainedBatch(graph, outputs, shrink, batch);
    const { fit, inputs, targets } = trained;
    const result = await patchwise(session, fit).evaluate(inputs, targets);
    const predictionOf = ({ name }: OutputPlan): PredictionBatch => {
      const prediction = result.predictions.get(name);
      if (prediction === undefined) throw new Error(`the engine predicts nothing for ${name}`);
      return prediction;
    };
    for (const output of outputs) {
      metrics.add(output.name, atPixels(predictionOf(output), fit, output), truthOf(output.name, batch).data);
    }
    for (const output of measured === undefined ? [] : outputs) {
      const prediction = predictionOf(output);
      if (prediction.kind !== "labels" || !learnsMasks(output.target)) continue;
      const predicted = labelsOfImage(prediction, fit, output.index);
      const probabilities = () => probabilitiesOf(output, session, trained);
      await measured?.({ output: output.name, batch, predicted, probabilities });
    }
    mean.add(result, batch.names.length);
    images += batch.names.length;
    counted?.(images);
    await letEventsIn();
    if (signal?.aborted) return undefined;
  }
  const { losses } = mean;
  return {
    outputs: metrics.values(),
    classes: metrics.classes(),
    loss: images === 0 ? undefined : Object.values(losses).reduce((sum, loss) => sum + loss, 0),
    losses,
    images,
  };
}

/** Classes from the nearest position, values bilinearly between positions. */
function atPixels(prediction: PredictionBatch, fit: ImageFit, { index, target }: OutputPlan): Measured {
  return prediction.kind === "labels"
    ? labelsOfImage(prediction, fit, index)
    : mapOfImage(decodedMap(prediction, target), fit, index);
}

async function probabilitiesOf(
  { name, index }: OutputPlan,
  session: Session,
  { fit, inputs }: TrainedBatch,
): Promise<MapBatch> {
  const map = (await patchwise(session, fit).predict(inputs)).get(name);
  if (map === undefined) throw new Error(`the engine gave no output ${name}`);
  return mapOfImage(map, fit, index);
}
