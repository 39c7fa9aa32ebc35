/** A batch as the network takes it: images padded to an accepted size, targets at each output's cells. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Batch } from "../data/data-set.ts";
import type { MapBatch, TargetBatch } from "../engines/engine.ts";
import { enlargeFit } from "../prediction/enlarge-fit.ts";
import { fitImage, type ImageFit, imageInputs } from "../prediction/fit.ts";
import { alignLabels, alignMap, padImages } from "../prediction/fit-batch.ts";
import type { OutputPlan } from "./output-plans.ts";

export interface TrainedBatch {
  /** From cells to the pixels of the images before shrinking. */
  readonly fit: ImageFit;
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name. */
  readonly targets: ReadonlyMap<string, TargetBatch>;
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
  return {
    fit,
    inputs: new Map(
      [[first.attributes.name, images] as const, ...batch.otherInputs].map(([name, maps]) => [
        name,
        padImages(maps, inputFit),
      ]),
    ),
    targets: new Map(outputs.map((output) => [output.name, targetOf(output, batch, fit)])),
  };
}

function targetOf({ index, layer, target }: OutputPlan, batch: Batch, fit: ImageFit): TargetBatch {
  if (layer === undefined) return { kind: "labels", ...alignLabels(batch.labels, fit, index) };
  const aligned = alignMap(layerOf(batch, layer.key), fit, index);
  if (target.kind !== "boundaries") return { kind: "map", ...aligned, valid: knownCells(aligned) };
  const [count, rows, columns] = aligned.shape;
  const data = Int32Array.from(aligned.data, (value) => (Number.isNaN(value) ? -1 : value));
  return { kind: "labels", data, shape: [count, rows, columns] };
}

/** A cell is known when all its channels are. */
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

/** What is true at an output's cells, as `truthOf`. */
export function truthOfTarget(target: TargetBatch): ArrayLike<number> {
  if (target.kind === "labels") return target.data;
  const channels = target.shape[3];
  return target.data.map((value, i) => (target.valid[Math.floor(i / channels)] === 0 ? Number.NaN : value));
}

function layerOf({ layers }: Batch, key: string): MapBatch {
  const layer = layers.get(key);
  if (layer === undefined) throw new Error(`the batch has no layer ${key}`);
  return layer;
}
