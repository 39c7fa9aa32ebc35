/** Joins of the current feature map with another, whose channels are made to suit. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { CropRule, Join } from "./program.ts";
import { chance, pick, randomConvolution } from "./random-call.ts";

export const joins: readonly Join[] = [
  "concat",
  "concat",
  "concat",
  "add",
  "add",
  "multiply",
  "subtract",
  "maximum",
  "minimum",
];

/** @param channels of the feature map that is joined */
export function joinWith(
  random: Random,
  draft: Draft,
  map: string,
  channels: number,
  crop: "none" | CropRule,
): void {
  const join = pick(random, joins);
  const path = draft.path(channels);
  if (join !== "concat" && channels !== draft.channels && !chance(random, 0.03))
    path.call(randomConvolution(random, channels, "same", false, draft.channels, [1, 1]));
  else if (chance(random, 0.15)) path.call(randomConvolution(random, channels, "same", false, channels));
  draft.skip(map, join, crop, path);
}
