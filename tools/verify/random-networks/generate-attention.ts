/** Attention to all positions, written out: queries, keys and values, regions that are gathered and distributed, gates. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import { elementwiseJoins } from "./generate-joins.ts";
import type { Call } from "./program.ts";
import { chance, pick, randomConvolution } from "./random-call.ts";

/** @param names of feature maps that may be attended to besides the current one */
export function attention(random: Random, draft: Draft, names: readonly string[]): void {
  const features = draft.name();
  const choice = random.uniform();
  if (choice < 0.45) attend(random, draft, features, chance(random, 0.3) ? names : []);
  else if (choice < 0.75) byRegions(random, draft, features);
  else if (choice < 0.9) ofChannels(random, draft, features);
  else gathering(random, draft, features);
}

const spaceSoftmax: Call = { word: "over_space", text: "softmax(over = space)", groups: 1 };

function project(random: Random, draft: Draft, channels: number): void {
  draft.call(randomConvolution(random, draft.channels, "same", false, channels, [1, 1]));
}

/** Queries from the features, keys and values from them or another feature map, at its resolution or a coarser one. */
function attend(random: Random, draft: Draft, features: string, names: readonly string[]): void {
  const own = draft.channels;
  const heads = pick(random, [1, 1, 1, 2]);
  const width = heads * (1 + random.integer(2));
  const source = names.length > 0 ? pick(random, names) : features;
  const size = 2 + random.integer(2);
  const coarser: Call | undefined = chance(random, 0.3)
    ? {
        word: "pool",
        kind: "maxpool",
        kernel: [size, size],
        stride: undefined,
        dilation: [1, 1],
        padding: "valid",
        ceil: chance(random, 0.3),
        countPadding: false,
      }
    : undefined;
  const projected = (channels: number): string => {
    draft.from(source);
    project(random, draft, channels);
    if (coarser !== undefined && !chance(random, 0.03)) draft.call(coarser);
    return draft.name();
  };
  const key = projected(chance(random, 0.04) ? width + 1 : width);
  const value = chance(random, 0.2) ? key : projected(heads * (1 + random.integer(2)));
  draft.from(features);
  project(random, draft, width);
  draft.call({ word: "attend", key, value, heads: chance(random, 0.04) ? heads + 1 : heads });
  returnTo(random, draft, features, own);
}

/** Soft regions, each the sum or mean of its positions, given back to the positions by weights or by attention. */
function byRegions(random: Random, draft: Draft, features: string): void {
  const own = draft.channels;
  const regions = 1 + random.integer(3);
  project(random, draft, regions);
  if (chance(random, 0.7)) draft.call(spaceSoftmax);
  const shares = draft.name();
  draft.from(features);
  draft.call({ word: "gather", regions: shares, mean: chance(random, 0.3) });
  const width = chance(random, 0.4) ? 1 + random.integer(3) : own;
  if (width !== own || chance(random, 0.3)) project(random, draft, width);
  const objects = draft.name();
  draft.from(features);
  if (chance(random, 0.6)) {
    project(random, draft, chance(random, 0.04) ? regions + 1 : regions);
    if (chance(random, 0.5)) draft.call({ word: "cellwise", text: "softmax" });
    draft.call({ word: "distribute", gathered: objects });
  } else {
    project(random, draft, width);
    draft.call({ word: "attend", key: objects, value: objects, heads: 1 });
  }
  returnTo(random, draft, features, own);
}

/** Every channel as a mean of all, by how alike they are (Fu et al. 2019, section 3.3). */
function ofChannels(random: Random, draft: Draft, features: string): void {
  const own = draft.channels;
  draft.call({ word: "gather", regions: features, mean: chance(random, 0.3) });
  if (chance(random, 0.8)) draft.call(spaceSoftmax);
  const similarity = draft.name();
  draft.from(features);
  draft.call({ word: "distribute", gathered: similarity });
  returnTo(random, draft, features, own);
}

/** One region, a single position at every size: a join repeats it. */
function gathering(random: Random, draft: Draft, features: string): void {
  project(random, draft, 1);
  if (chance(random, 0.7)) draft.call(spaceSoftmax);
  const shares = draft.name();
  draft.from(features);
  draft.call({ word: "gather", regions: shares, mean: chance(random, 0.5) });
  const own = draft.channelsOf(features);
  if (chance(random, 0.5)) project(random, draft, chance(random, 0.3) ? 1 : own);
  draft.skip([features], pick(random, elementwiseJoins), "none", draft.path(own));
}

/** What was attended to is joined with the features, or continues alone. */
function returnTo(random: Random, draft: Draft, features: string, channels: number): void {
  if (draft.channels !== channels || chance(random, 0.3)) project(random, draft, channels);
  if (chance(random, 0.3)) draft.call({ word: "cellwise", text: "layer_scale" });
  if (chance(random, 0.75))
    draft.skip([features], pick(random, ["add", "add", "multiply", "maximum"]), "none", draft.path(channels));
}
