/** A batch as the network takes it: images padded to an accepted size, targets at each output's positions. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, TargetBatch } from "../arrays.ts";
import { softCode } from "../colour/soft-code.ts";
import type { Batch } from "../data/data-set.ts";
import { enlargeFit } from "../fit/enlarge-fit.ts";
import { fitImage, type ImageFit, imageInputs } from "../fit/fit.ts";
import { alignLabels, alignMap, padImages } from "../fit/fit-batch.ts";
import type { OutputPlan } from "./output-plans.ts";

export interface TrainedBatch {
  /** From output positions to the pixels of the images before downscaling. */
  readonly fit: ImageFit;
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
  /** What is true at the outputs' positions, as `truthOf`. */
  readonly truths: ReadonlyMap<string, ArrayLike<number>>;
}

/** @throws UserError when no accepted size covers the images. */
export function trainedBatch(
  graph: Graph,
  outputs: readonly OutputPlan[],
  shrink: number,
  batch: Batch,
): TrainedBatch {
  const { images, labels } = batch;
  const [, height, width] = images.shape;
  const inputFit = fitImage(graph, [height, width]);
  const fit = enlargeFit(inputFit, [labels.shape[1], labels.shape[2]], shrink);
  const [first] = imageInputs(graph);
  const aligned = outputs.map((output) => ({ name: output.name, ...targetOf(output, batch, fit) }));
  return {
    fit,
    inputs: new Map(
      [[first.attributes.name, images] as const, ...batch.otherInputs].map(([name, maps]) => [
        name,
        padImages(maps, inputFit),
      ]),
    ),
    targets: new Map(aligned.map(({ name, target }) => [name, target])),
    truths: new Map(aligned.map(({ name, truth }) => [name, truth])),
  };
}

interface AlignedTarget {
  readonly target: TargetBatch;
  readonly truth: ArrayLike<number>;
}

function targetOf({ index, layer, target }: OutputPlan, batch: Batch, fit: ImageFit): AlignedTarget {
  if (layer === undefined) {
    const labels = alignLabels(batch.labels, fit, index);
    return { target: { kind: "labels", ...labels }, truth: labels.data };
  }
  const aligned = alignMap(layerOf(batch, layer.key), fit, index);
  const truth = aligned.data;
  if (target.kind === "boundaries") {
    const [count, rows, columns] = aligned.shape;
    const data = Int32Array.from(truth, (value) => (Number.isNaN(value) ? -1 : value));
    return { target: { kind: "labels", data, shape: [count, rows, columns] }, truth: data };
  }
  const valid = knownCells(aligned);
  const values = target.kind === "colour_bins" ? softCode(aligned) : aligned;
  return { target: { kind: "map", ...values, valid }, truth };
}

/** A position has a known target when all its channels are known. */
function knownCells({ data, shape }: MapBatch): Uint8Array {
  const channels = shape[3];
  const valid = new Uint8Array(data.length / channels).fill(1);
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) valid[Math.floor(i / channels)] = 0;
  return valid;
}

/** What is true at the image's pixels: classes and −1, or values and NaN. */
export function truthOf({ layer }: OutputPlan, batch: Batch): ArrayLike<number> {
  return layer === undefined ? batch.labels.data : layerOf(batch, layer.key).data;
}

function layerOf({ layers }: Batch, key: string): MapBatch {
  const layer = layers.get(key);
  if (layer === undefined) throw new Error(`the batch has no layer ${key}`);
  return layer;
}
