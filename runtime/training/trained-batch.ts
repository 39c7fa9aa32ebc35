/** A batch as the network takes it: images padded to an accepted size, targets at each output's positions. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, TargetBatch } from "../arrays.ts";
import type { Batch, Truth } from "../data/data-set.ts";
import { enlargeFit } from "../fit/enlarge-fit.ts";
import { fitImage, type ImageFit } from "../fit/fit.ts";
import { padInputs } from "../fit/inputs-of-fit.ts";
import { alignedTruth, targetForLoss } from "../targets/registry.ts";
import { type ImageScale, type OutputPlan, sceneSize } from "./output-plans.ts";

export interface TrainedBatch {
  /** From output positions to the pixels of the data's images. */
  readonly fit: ImageFit;
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
  /** What is true at the outputs' positions, for their metrics. */
  readonly truths: ReadonlyMap<string, ArrayLike<number>>;
}

/** @throws UserError when no accepted size covers the images. */
export function trainedBatch(
  graph: Graph,
  outputs: readonly OutputPlan[],
  scale: ImageScale,
  batch: Batch,
): TrainedBatch {
  const inputFit = fitImage(graph, sceneSize(batch.size, scale));
  const fit = enlargeFit(inputFit, batch.size, scale);
  const aligned = outputs.map(({ name, index, target }) => {
    const truth = truthOf(name, batch);
    const here = alignedTruth(target, truth, fit, index);
    return { name, truth: here, target: targetForLoss(target, here) };
  });
  return {
    fit,
    inputs: padInputs(graph, batch.inputs, inputFit),
    targets: new Map(aligned.map(({ name, target }) => [name, target])),
    truths: new Map(aligned.map(({ name, truth }) => [name, truth.data])),
  };
}

/** What is true of an output at the image's pixels. */
export function truthOf(output: string, { targets }: Pick<Batch, "targets">): Truth {
  const truth = targets.get(output);
  if (truth === undefined) throw new Error(`the batch has no target for ${output}`);
  return truth;
}
