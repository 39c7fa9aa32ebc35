/** A batch as the network takes it: images padded to an accepted size, labels at each output's cells. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Batch } from "../data/data-set.ts";
import type { LabelBatch, MapBatch } from "../engines/engine.ts";
import { fitImage, type ImageFit, onlyInput } from "../prediction/fit.ts";
import { alignLabels, padImages } from "../prediction/fit-batch.ts";

export interface LabelledBatch {
  readonly fit: ImageFit;
  /** By input name. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output name: every output learns the same labels, each at its own cells. */
  readonly labels: ReadonlyMap<string, LabelBatch>;
  /** Of the first output, which metrics are measured on. */
  readonly firstLabels: LabelBatch;
}

/** @throws UserError when no accepted size covers the images. */
export function labelledBatch(graph: Graph, { images, labels }: Batch): LabelledBatch {
  const [, height, width] = images.shape;
  const fit = fitImage(graph, [height, width]);
  const aligned = graph.outputs.map(({ name }, output) => [name, alignLabels(labels, fit, output)] as const);
  const [first] = aligned;
  if (first === undefined) throw new Error(`${graph.name} has no output`);
  return {
    fit,
    inputs: new Map([[onlyInput(graph).attributes.name, padImages(images, fit)]]),
    labels: new Map(aligned),
    firstLabels: first[1],
  };
}
