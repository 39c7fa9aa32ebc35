/** The sizes of the batches that a training run will give its engine. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { TrainConfiguration } from "../../compiler/train/configuration.ts";
import type { DataReport } from "../data/data-set.ts";
import type { ExpectedBatch } from "../engines/engine.ts";
import { fitImage, type ImageFit, imageInputs } from "../prediction/fit.ts";

export interface ExpectedBatches {
  readonly fits: readonly ImageFit[];
  /** Whole batches of crops, or of images where none are cut. */
  readonly trained: readonly ExpectedBatch[];
  /** Every image alone. */
  readonly validated: readonly ExpectedBatch[];
}

/**
 * @throws UserError when an image, or the crop, fits no size the network accepts.
 */
export function expectedBatches(
  graph: Graph,
  { sizes }: Pick<DataReport, "sizes">,
  { augment: { crop }, batch, inputs }: Pick<TrainConfiguration, "augment" | "batch" | "inputs">,
  trainingImages: number,
): ExpectedBatches {
  const shrink = inputs[0]?.shrink ?? 1;
  const fitOf = ([height, width]: readonly [height: number, width: number, ...rest: unknown[]]) =>
    fitImage(graph, [Math.floor(height / shrink), Math.floor(width / shrink)]);
  const whole = sizes.map(fitOf);
  const trained = crop === undefined ? whole : [fitOf(crop)];
  return {
    fits: crop === undefined ? whole : [...whole, ...trained],
    trained: trained.map((fit) => batchOf(graph, fit, Math.min(batch, trainingImages))),
    validated: whole.map((fit) => batchOf(graph, fit, 1)),
  };
}

/** Each patch of an image is an image to the engine. */
function batchOf(graph: Graph, { axes: [vertical, horizontal] }: ImageFit, images: number): ExpectedBatch {
  const size = [vertical.input / vertical.patches, horizontal.input / horizontal.patches] as const;
  return {
    images: images * vertical.patches * horizontal.patches,
    sizes: new Map(imageInputs(graph).map(({ attributes: { name } }) => [name, size])),
  };
}
