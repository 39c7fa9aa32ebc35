/** The metrics of a network over images whose targets are known, every image at its own size. */
import { learnsImages, learnsMasks } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { LabelBatch, MapBatch, PredictionBatch } from "../arrays.ts";
import type { Batch } from "../data/data-set.ts";
import type { NotFiniteOrigin, Session, StepResult } from "../engines/engine.ts";
import type { ImageFit } from "../fit/fit.ts";
import { labelsOfImage, mapOfImage, nearestOfImage, pixelsOf } from "../fit/fit-batch.ts";
import { patchwise, patchwisePrediction } from "../fit/patches.ts";
import type { Measured, OutputClasses, OutputCounts, OutputValues } from "../metrics/output-metrics.ts";
import { MetricsByOutput } from "../targets/metrics-by-output.ts";
import { decodedMap } from "../targets/registry.ts";
import { letEventsIn } from "./let-events-in.ts";
import { LossMean } from "./loss-mean.ts";
import type { ImageScale, OutputPlan } from "./output-plans.ts";
import { type TrainedBatch, trainedBatch, truthOf } from "./trained-batch.ts";

export interface Validation {
  /** Of every output, at the images' pixels. */
  readonly outputs: OutputValues;
  /** Of the outputs that distinguish classes, class by class. */
  readonly classes: OutputClasses;
  /** Over all positions that count in the images (loss-mean.ts); `undefined` when there were no images, or none was computed. */
  readonly loss: number | undefined;
  /** The part of each output in it. */
  readonly losses: Readonly<Record<string, number>>;
  readonly images: number;
  /** Where the loss of an image is not finite, and of which. */
  readonly notFinite: { readonly image: string; readonly origin: NotFiniteOrigin | undefined } | undefined;
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

/** What is predicted of a batch without the loss: the mean of several predictions has none. */
export interface BatchPrediction {
  /** By output. */
  readonly predictions: ReadonlyMap<string, PredictionBatch>;
  /** By output, of `predictions` of classes: their probabilities at the same positions. */
  readonly maps: ReadonlyMap<string, MapBatch>;
}

/** What was measured of one image alone. */
export interface ImageMeasures {
  readonly name: string;
  /** `undefined`: none was computed. */
  readonly loss: number | undefined;
  readonly outputs: OutputValues;
  readonly classes: OutputClasses;
  /** They add up over images. */
  readonly counts: OutputCounts;
}

export interface ValidateOptions {
  readonly outputs: readonly OutputPlan[];
  readonly classes: readonly string[];
  readonly scale: ImageScale;
  /** Is called with the number of images done. */
  readonly counted?: ((images: number) => void) | undefined;
  /** Given each batch for each output that learned the classes of `masks`. */
  readonly measured?: ((batch: MeasuredBatch) => Promise<void>) | undefined;
  /** Given what was measured of each image, where the batches are single images. */
  readonly each?: ((image: ImageMeasures) => void) | undefined;
  /** Predicts in place of the session, without a loss. */
  readonly predicted?: ((batch: Batch) => Promise<BatchPrediction>) | undefined;
  /** When it aborts, the answer is `undefined`. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws UserError when an image fits no accepted size. */
export async function validate(
  graph: Graph,
  session: Session | undefined,
  batches: AsyncIterable<Batch>,
  { outputs, classes, scale, counted, measured, each, predicted: given, signal }: ValidateOptions,
): Promise<Validation | undefined> {
  const metrics = new MetricsByOutput(outputs, classes);
  const mean = new LossMean();
  let images = 0;
  let notFinite: Validation["notFinite"];
  for await (const batch of batches) {
    const trained = trainedBatch(graph, outputs, scale, batch);
    const { fit, inputs, targets } = trained;
    const averaged = await given?.(batch);
    const result = averaged ?? (await patchwise(opened(session), fit).evaluate(inputs, targets));
    if ("loss" in result && !Number.isFinite(result.loss))
      notFinite ??= {
        image: batch.names.join(", "),
        origin: await patchwise(opened(session), fit).findNotFinite(inputs, targets, "evaluate"),
      };
    const predictionOf = ({ name }: OutputPlan): PredictionBatch => {
      const prediction = result.predictions.get(name);
      if (prediction === undefined) throw new Error(`the engine predicts nothing for ${name}`);
      return prediction;
    };
    const own = each && new MetricsByOutput(outputs, classes);
    for (const output of outputs) {
      const predicted = atPixels(predictionOf(output), fit, output);
      for (const one of own ? [metrics, own] : [metrics])
        one.add(output.name, predicted, truthOf(output.name, batch).data);
    }
    const terms = "terms" in result ? result.terms : new Map();
    if (own !== undefined) each?.(measuresOf(own, batch, { terms }));
    for (const output of measured === undefined ? [] : outputs) {
      const prediction = predictionOf(output);
      if (prediction.kind !== "labels" || !learnsMasks(output.target)) continue;
      const predicted = labelsOfImage(prediction, fit, output.index);
      const probabilities = async () => {
        const map = averaged?.maps.get(output.name) ?? (await mapOf(output, opened(session), trained));
        return mapOfImage(map, fit, output.index);
      };
      await measured?.({ output: output.name, batch, predicted, probabilities });
    }
    mean.add({ terms }, batch.names.length);
    images += batch.names.length;
    counted?.(images);
    await letEventsIn();
    if (signal?.aborted) return undefined;
  }
  const { losses } = mean;
  return {
    outputs: metrics.values(),
    classes: metrics.classes(),
    loss: sumOf(losses),
    losses,
    images,
    notFinite,
  };
}

/** Of a batch of one. */
function measuresOf(
  own: MetricsByOutput,
  { names }: Batch,
  result: Pick<StepResult, "terms">,
): ImageMeasures {
  const [name, second] = names;
  if (name === undefined || second !== undefined) throw new Error("a batch of several images is no image");
  const mean = new LossMean();
  mean.add(result, 1);
  return {
    name,
    loss: sumOf(mean.losses),
    outputs: own.values(),
    classes: own.classes(),
    counts: own.counts(),
  };
}

/** Of the outputs' losses; `undefined`: none was computed. */
function sumOf(losses: Readonly<Record<string, number>>): number | undefined {
  const values = Object.values(losses);
  return values.length === 0 ? undefined : values.reduce((sum, loss) => sum + loss, 0);
}

function opened<T>(session: T | undefined): T {
  if (session === undefined) throw new Error("nothing predicts the batches");
  return session;
}

/** Classes from the nearest position, values bilinearly between positions. */
function atPixels(prediction: PredictionBatch, fit: ImageFit, { index, target }: OutputPlan): Measured {
  if (prediction.kind === "map") {
    const map = decodedMap(prediction, target);
    return learnsImages(target) ? map : mapOfImage(map, fit, index);
  }
  const { confidence, shape } = prediction;
  return {
    ...labelsOfImage(prediction, fit, index),
    confidence:
      confidence && nearestOfImage(confidence, shape, fit, index, new Float32Array(shape[0] * pixelsOf(fit))),
  };
}

async function mapOf(
  { name }: OutputPlan,
  session: Pick<Session, "predict">,
  { fit, inputs }: TrainedBatch,
): Promise<MapBatch> {
  const map = (await patchwisePrediction(session, fit).predict(inputs)).get(name);
  if (map === undefined) throw new Error(`the engine gave no output ${name}`);
  return map;
}
