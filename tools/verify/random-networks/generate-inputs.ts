/** A second input, of the size of the first or in proportion to it, and where it joins. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import { joinWith } from "./generate-joins.ts";
import type { CropRule, Dimension, Extent, Input } from "./program.ts";
import { chance, pick, randomConvolution, randomPool, randomUpsampling } from "./random-call.ts";

/** How many of the common pixels the sides of the first and of the second input have. */
export type Proportion = readonly [first: number, second: number];

const proportions: readonly Proportion[] = [
  [1, 1],
  [1, 1],
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 3],
  [2, 3],
];

export function randomProportion(random: Random): Proportion {
  return pick(random, proportions);
}

export function scaled(size: Input["size"], by: number): Input["size"] {
  const one = ({ symbol, scale, shift }: Dimension): Dimension => ({
    symbol,
    scale: scale * by,
    shift: shift * by,
  });
  return [one(size[0]), one(size[1])];
}

/** The second input and some of its own layers; then what was before, joined with them or not. */
export function withSecondInput(
  random: Random,
  draft: Draft,
  size: Input["size"],
  [first, second]: Proportion,
): void {
  const before = draft.name();
  draft.input({ name: "other", channels: 1 + random.integer(3), size: scaled(size, second) });
  const convolve = (): void => {
    draft.call(randomConvolution(random, draft.channels, pick(random, ["same", "same", "valid"]), false));
  };
  if (chance(random, 0.6)) convolve();
  const finer: Extent = [second, second];
  const coarser: Extent = [first, first];
  if (second > 1) draft.call(randomPool(random, finer, draft.channels));
  if (first > 1) draft.call(randomUpsampling(random, coarser, draft.channels));
  if (chance(random, 0.3)) convolve();
  // What it says of the whole scene, joined at every position.
  if (chance(random, 0.2)) draft.call({ word: "global_pool", kind: pick(random, ["avgpool", "maxpool"]) });
  const own = draft.name();
  const channels = draft.channels;
  draft.from(before);
  if (chance(random, 0.4)) convolve();
  if (chance(random, 0.8)) {
    const crop = pick<"none" | CropRule>(random, ["none", "aligned", "centred"]);
    joinWith(random, draft, own, channels, crop);
  }
  draft.name();
}
