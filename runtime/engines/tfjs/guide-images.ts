/** The images whose colours the conditional random fields of a graph compare, read before the pass that needs them. */

import type { Graph } from "../../../compiler/network/graph.ts";
import { guideInput } from "../../../compiler/network/guide-input.ts";
import { inputsWith } from "../../../compiler/network/node-inputs.ts";
import type { MapBatch, Normalisation } from "../../arrays.ts";
import { coloursOfBatch } from "../../crf/colour-image.ts";
import type { ColourImage } from "../../crf/image-kernels.ts";
import type { Tensor4D } from "./lowering.ts";

/**
 * By crf node, one for each image of the batch; grey levels of 255.
 * @param fed the feature maps of the inputs, by node
 * @param normalisations by input name
 * @param forward the feature maps of nodes, which come from inputs without weights; they end with the caller's scope
 */
export async function guideImages(
  graph: Graph,
  fed: ReadonlyMap<number, MapBatch>,
  normalisations: ReadonlyMap<string, Normalisation>,
  forward: (nodes: readonly number[]) => readonly Tensor4D[],
): Promise<ReadonlyMap<number, readonly ColourImage[]>> {
  const guides = graph.nodes.flatMap((node) =>
    inputsWith(node, "colours").map((guide) => ({ crf: node, guide })),
  );
  const batches = new Map(fed);
  const made = [...new Set(guides.map(({ guide }) => guide))].filter((id) => !fed.has(id));
  if (made.length > 0) {
    const maps = forward(made);
    try {
      for (const [i, map] of maps.entries())
        batches.set(made[i] ?? -1, { data: Float32Array.from(await map.data()), shape: map.shape });
    } finally {
      for (const map of maps) map.dispose();
    }
  }
  return new Map(
    guides.map(({ crf, guide }) => {
      const { input } = guideInput((id) => graph.nodes[id], guide);
      const batch = batches.get(guide);
      if (input === undefined || batch === undefined) throw new Error(`${crf.name} has no guide`);
      const channels = batch.shape[3];
      const normalisation = normalisations.get(input.attributes.name) ?? {
        mean: new Array<number>(channels).fill(0),
        deviation: new Array<number>(channels).fill(1),
      };
      const images = Array.from({ length: batch.shape[0] }, (_, i) =>
        coloursOfBatch(batch, normalisation, i),
      );
      return [crf.id, images] as const;
    }),
  );
}
