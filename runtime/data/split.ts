/** Shares of the pairs set aside for the test and for validation. */
import type { SplitShare } from "../../compiler/learning/data/split-share.ts";
import { Random } from "../random.ts";
import type { Pair } from "./pair.ts";

type Share = Pick<SplitShare, "share" | "seed">;

/**
 * The test pairs are drawn first, so that no other share changes them. Each pair's place follows from the seed and its own name, so that
 * adding files moves few others.
 * @param validation, test 0 … 1 of all pairs; at least one pair stays on each side when 0 < share < 1 and there are two or more
 */
export function splitPairs(
  pairs: readonly Pair[],
  validation: Share,
  test: Share = { share: 0, seed: 0 },
): {
  readonly training: readonly Pair[];
  readonly validation: readonly Pair[];
  readonly test: readonly Pair[];
} {
  const held = setAside(pairs, "test", test, pairs.length);
  const parts = setAside(held.rest, "validation", validation, pairs.length);
  return { training: parts.rest, validation: parts.drawn, test: held.drawn };
}

/** @param all of which `share` is a fraction */
function setAside(pairs: readonly Pair[], part: string, { share, seed }: Share, all: number) {
  const wanted = Math.round(share * all);
  const count =
    share <= 0 || pairs.length < 2
      ? 0
      : share >= 1
        ? pairs.length
        : Math.min(pairs.length - 1, Math.max(1, wanted));
  const drawn = pairs
    .map((pair) => ({ pair, draw: new Random(seed, `${part} ${pair.name}`).uniform() }))
    .sort((a, b) => a.draw - b.draw || (a.pair.name < b.pair.name ? -1 : 1));
  const chosen = new Set(drawn.slice(0, count).map(({ pair }) => pair));
  return {
    rest: pairs.filter((pair) => !chosen.has(pair)),
    drawn: pairs.filter((pair) => chosen.has(pair)),
  };
}

/** The share that a part is; nothing where it has files of its own. */
export function shareIn(part: SplitShare | { readonly kind: string } | undefined): Share {
  return part !== undefined && "share" in part ? part : { share: 0, seed: 0 };
}
