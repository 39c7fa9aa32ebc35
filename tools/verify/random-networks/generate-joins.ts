/** Joins of the current feature map with another, whose channels are made to suit. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { CropRule, Join } from "./program.ts";
import { chance, pick, randomConvolution, squeeze } from "./random-call.ts";

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

export const elementwiseJoins: readonly Join[] = joins.filter((name) => name !== "concat");

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
  if (join !== "concat" && chance(random, 0.15)) repeatedPath(random, path, draft.channels);
  else if (join !== "concat" && channels !== draft.channels && !chance(random, 0.03))
    path.call(randomConvolution(random, channels, "same", false, draft.channels, [1, 1]));
  else if (chance(random, 0.15)) path.call(randomConvolution(random, channels, "same", false, channels));
  draft.skip([map], join, crop, path);
}

/** To one channel, one position, or both, which the join repeats. */
function repeatedPath(random: Random, path: Draft, channels: number): void {
  const form = random.integer(3);
  if (form > 0) squeeze(random, path);
  if (form !== 1) {
    if (chance(random, 0.4)) path.call({ word: "over_channels", kind: pick(random, ["avgpool", "maxpool"]) });
    else path.call(randomConvolution(random, path.channels, "same", false, 1, [1, 1]));
  } else if (path.channels !== channels)
    path.call(randomConvolution(random, path.channels, "same", false, channels, [1, 1]));
}

/** Two or three named feature maps at once with the current one, each through the same path. */
export function joinSeveral(random: Random, draft: Draft, names: readonly string[]): void {
  const maps = Array.from({ length: 2 + random.integer(2) }, () => pick(random, names));
  const join = pick(random, joins);
  const path = draft.path(draft.channelsOf(maps[0] ?? ""));
  const alike = maps.every((map) => draft.channelsOf(map) === draft.channels);
  if (join === "concat" ? chance(random, 0.3) : !alike || chance(random, 0.2)) {
    const width = join === "concat" ? 1 + random.integer(3) : draft.channels;
    // The groups of one feature map need not divide another's channels.
    path.call({ ...randomConvolution(random, 1, "same", false, width, [1, 1]), groups: 1 });
  }
  if (join !== "concat" && chance(random, 0.3)) squeeze(random, path);
  draft.skip(maps, join, pick(random, ["none", "none", "centred", "aligned"]), path);
}
