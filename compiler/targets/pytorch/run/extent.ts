/** What the sum of a loss's term needs of the batch: each position by itself, areas of the whole batch, or its hardest positions. */
import type { LossName } from "../../../learning/losses/registry.ts";

export function extentOf(kind: LossName): "positions" | "areas" | "hardest" {
  if (areas.has(kind)) return "areas";
  return kind === "ohem_cross_entropy" || kind === "berhu" ? "hardest" : "positions";
}

const areas: ReadonlySet<LossName> = new Set([
  "dice",
  "generalised_dice",
  "jaccard",
  "tversky",
  "lovasz_softmax",
] satisfies LossName[]);
