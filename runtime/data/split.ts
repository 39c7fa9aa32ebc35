/** Shares of the pairs set aside for the test and for validation. */
import type { SplitShare } from "../../compiler/learning/data/split-share.ts";
import { imagePlace } from "../images/stacks/image-place.ts";
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
  const groups = groupsOf(pairs);
  const wanted = Math.round((share * all * groups.length) / Math.max(1, pairs.length));
  const count =
    share <= 0 || groups.length < 2
      ? 0
      : share >= 1
        ? groups.length
        : Math.min(groups.length - 1, Math.max(1, wanted));
  const drawn = groups
    .map(({ name, members }) => ({ name, members, draw: new Random(seed, `${part} ${name}`).uniform() }))
    .sort((a, b) => a.draw - b.draw || (a.name < b.name ? -1 : 1));
  const chosen = new Set(drawn.slice(0, count).flatMap(({ members }) => members));
  return {
    rest: pairs.filter((pair) => !chosen.has(pair)),
    drawn: pairs.filter((pair) => chosen.has(pair)),
  };
}

export interface PairGroup {
  readonly name: string;
  readonly members: readonly Pair[];
}

/** What stays in one part: slices of a volume, which look alike, where there are several volumes; else each pair by itself. */
export function groupsOf(pairs: readonly Pair[]): readonly PairGroup[] {
  const alone = pairs.map((pair): PairGroup => ({ name: pair.name, members: [pair] }));
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const { file, slice } = imagePlace(pair.image);
    if (slice === undefined) return alone;
    groups.set(file, [...(groups.get(file) ?? []), pair]);
  }
  if (groups.size < 2) return alone;
  return [...groups.values()].map((members) => ({ name: volumeOf(members[0]?.name ?? ""), members }));
}

/** "case7" of "case7#12". */
function volumeOf(name: string): string {
  return name.replace(/#\d+$/, "");
}

/** The share that a part is; nothing where it has files of its own. */
export function shareIn(part: SplitShare | { readonly kind: string } | undefined): Share {
  return part !== undefined && "share" in part ? part : { share: 0, seed: 0 };
}
