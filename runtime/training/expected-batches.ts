/** The sizes of the batches that a training run will give its engine. */

import { counted } from "../../compiler/counted.ts";
import { cropOf } from "../../compiler/learning/augmentations/registry.ts";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { inputSizes } from "../../compiler/network/scene.ts";
import type { DataReport } from "../data/data-set.ts";
import { batchSizes } from "../data/plan-batches.ts";
import type { ExpectedBatch } from "../engines/engine.ts";
import { fitImage, type ImageFit, imageScene } from "../fit/fit.ts";
import { UserError } from "../user-error.ts";
import { imageScale, sceneSize } from "./output-plans.ts";

export interface ExpectedBatches {
  readonly fits: readonly ImageFit[];
  /** Batches of crops, or of whole images where there is no crop: each number of images once. */
  readonly trained: readonly ExpectedBatch[];
  /** Every image alone; none where nothing is set aside to validate. */
  readonly validated: readonly ExpectedBatch[];
}

/**
 * @throws UserError when an image, or the crop, fits no size the network accepts, or no size has images for a whole batch and the
 *   others are dropped.
 */
export function expectedBatches(
  graph: Graph,
  { trainingSizes, validationSizes }: Pick<DataReport, "trainingSizes" | "validationSizes">,
  {
    augment,
    batch,
    inputs,
    lastBatch,
  }: Pick<TrainConfiguration, "augment" | "batch" | "inputs" | "lastBatch">,
): ExpectedBatches {
  const crop = cropOf(augment);
  const scale = imageScale(graph, { inputs });
  const fitOf = ([height, width]: readonly [height: number, width: number, count?: number]) =>
    fitImage(graph, sceneSize([height, width], scale));
  const validated = validationSizes.map(fitOf);
  const images = trainingSizes.reduce((sum, [, , count]) => sum + count, 0);
  // Images of one size share a batch.
  const trained = (crop === undefined ? trainingSizes : [[...crop, images] as const]).map(
    ([height, width, count]) => ({ fit: fitOf([height, width]), sizes: batchSizes(count, batch, lastBatch) }),
  );
  if (trained.every(({ sizes }) => sizes.length === 0))
    throw nothingToTrain(batch, images, crop === undefined);
  return {
    fits: [...trainingSizes.map(fitOf), ...validated, ...(crop === undefined ? [] : [fitOf(crop)])],
    trained: trained.flatMap(({ fit, sizes }) => sizes.map((size) => batchOf(graph, fit, size))),
    validated: validated.map((fit) => batchOf(graph, fit, 1)),
  };
}

/** Each patch of an image is an image to the engine. */
function batchOf(graph: Graph, { axes: [vertical, horizontal] }: ImageFit, images: number): ExpectedBatch {
  const size = [vertical.input / vertical.patches, horizontal.input / horizontal.patches] as const;
  return {
    images: images * vertical.patches * horizontal.patches,
    sizes: inputSizes(imageScene(graph), size),
  };
}

function nothingToTrain(batch: number, images: number, bySize: boolean): UserError {
  return new UserError(
    `\`last_batch drop\` leaves no training batch: a batch has ${counted(batch, "image")}, and there are ${images}${bySize ? " of all sizes together" : ""}`,
    "use a smaller batch, or `last_batch keep`",
  );
}
