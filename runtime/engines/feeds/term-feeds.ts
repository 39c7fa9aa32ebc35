/** What the host gives the terms of all losses: of one batch, or of several whose gradients make one update. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { termName } from "../../../compiler/tensors/programs/compared-outputs.ts";
import type { TrainedOutput } from "../trained-outputs.ts";
import { type LossFeeds, lossFeeds } from "./loss-feeds.ts";

/** By `termName`. */
export type TermFeeds = ReadonlyMap<string, LossFeeds>;

/** @param images in the batch */
export function termFeeds(graph: Graph, outputs: readonly TrainedOutput[], images: number): TermFeeds {
  return new Map(
    outputs.flatMap(({ output, terms }) => {
      const channels = graph.nodes[output.logits]?.map.channels ?? 0;
      return terms.map(
        (term, place) => [termName(output.name, place), lossFeeds(term, channels, images)] as const,
      );
    }),
  );
}

/**
 * The batches as parts of one: each term's scale such that the sum of its values, and of its gradients, over the batches is one mean
 * over all positions that count in any of them, not a mean of means.
 */
export function pooledFeeds(batches: readonly TermFeeds[]): readonly TermFeeds[] {
  if (batches.length === 1) return batches;
  const totals = new Map<string, number>();
  for (const terms of batches) {
    for (const [name, { weight }] of terms) {
      if (weight !== "sum") totals.set(name, (totals.get(name) ?? 0) + weight);
    }
  }
  const pooled = (name: string, feeds: LossFeeds): LossFeeds => {
    if (feeds.weight === "sum") return feeds;
    const total = totals.get(name) ?? 0;
    return { ...feeds, scale: total === 0 ? 0 : (feeds.scale * feeds.weight) / total };
  };
  return batches.map((terms) => new Map([...terms].map(([name, feeds]) => [name, pooled(name, feeds)])));
}
