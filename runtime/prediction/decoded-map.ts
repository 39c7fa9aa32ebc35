/** An output's feature map as the values that are measured and shown: distributions over colour bins are decoded to colours. */

import type { MapBatch } from "../arrays.ts";
import { annealedMean } from "../colour/annealed-mean.ts";
import type { LearnedTarget } from "./learned-target.ts";

export function decodedMap(map: MapBatch, { kind, temperature }: LearnedTarget): MapBatch {
  return kind === "colour_bins" ? annealedMean(map, temperature ?? 1) : map;
}
