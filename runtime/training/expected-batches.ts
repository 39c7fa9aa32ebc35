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
  /** Every image alone; none where nothing is set aside to validate. */
  readonly validated: readonly ExpectedBatch[];
}

/**
 * @throws UserError when an image, or the crop, fits no size the network accepts.
 */
export function expectedBatches(
  graph: Graph,
  { trainingSizes, validationSizes }: Pick<DataReport, "trainingSizes" | "validationSizes">,
  { augment: { crop }, batch, inputs }: Pick<TrainConfiguration, "augment" | "batch" | "inputs">,
): ExpectedBatches {
  const shrink = inputs[0]?.shrink ?? 1;
  const fitOf = ([height, width]: readonly [height: number, width: number, count?: number]) =>
    fitImage(graph, [Math.floor(height / shrink), Math.floor(width / shrink)]);
  const validated = validationSizes.map(fitOf);
  const images = trainingSizes.reduce((sum, [, , count]) => sum + count, 0);
  // Images of one size share a batch.
  const trained = (crop === undefined ? trainingSizes : [[...crop, images] as const]).map(
    ([height, width, count]) => ({ fit: fitOf([height, width]), count }),
  );
  return {
    fits: [...trainingSizes.map(fitOf), ...validated, ...(crop === undefined ? [] : [fitOf(crop)])],
    trained: trained.map(({ fit, count }) => batchOf(graph, fit, Math.min(batch, count))),
    validated: validated.map((fit) => batchOf(graph, fit, 1)),
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
