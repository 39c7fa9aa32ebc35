/** What the sum of a loss's term needs of the batch: each position by itself, areas of the whole batch, or counts of all of it. */
import type { LossName } from "../../../learning/losses/registry.ts";

export function extentOf(kind: LossName): "positions" | "areas" | "hardest" {
  if (areas.has(kind)) return "areas";
  return wholes.has(kind) ? "hardest" : "positions";
}

/** What they divide by, or where their curve bends, is of the whole batch. */
const wholes: ReadonlySet<LossName> = new Set([
  "ohem_cross_entropy",
  "berhu",
  "gaussian_focal",
] satisfies LossName[]);

const areas: ReadonlySet<LossName> = new Set([
  "dice",
  "generalised_dice",
  "jaccard",
  "tversky",
  "lovasz_softmax",
] satisfies LossName[]);
