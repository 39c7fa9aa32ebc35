/** A share of the pairs set aside for validation. */
import type { ValidationShare } from "../../compiler/learning/data/validation-share.ts";
import { Random } from "../random.ts";
import type { Pair } from "./pair.ts";

/**
 * Each pair's place follows from the seed and its own name, so that adding files moves few others.
 * @param share 0 … 1; at least one pair stays on each side when 0 < share < 1 and there are two or more
 */
export function splitPairs(
  pairs: readonly Pair[],
  { share, seed }: Pick<ValidationShare, "share" | "seed">,
): { readonly training: readonly Pair[]; readonly validation: readonly Pair[] } {
  const wanted = Math.round(share * pairs.length);
  const count =
    share <= 0 || pairs.length < 2
      ? 0
      : share >= 1
        ? pairs.length
        : Math.min(pairs.length - 1, Math.max(1, wanted));
  const drawn = pairs
    .map((pair) => ({ pair, draw: new Random(seed, `validation ${pair.name}`).uniform() }))
    .sort((a, b) => a.draw - b.draw || (a.pair.name < b.pair.name ? -1 : 1));
  const chosen = new Set(drawn.slice(0, count).map(({ pair }) => pair));
  return {
    training: pairs.filter((pair) => !chosen.has(pair)),
    validation: pairs.filter((pair) => chosen.has(pair)),
  };
}
