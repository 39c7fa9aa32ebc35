/**
 * Two sequences side by side, each item beside at most one of the other, in order, so that the likeness of all pairs together is
 * largest (Needleman & Wunsch 1970, with gaps that cost nothing).
 *
 * What is the same at both ends is paired at once. Where the stretches between are so long that comparing every item with
 * every other would take minutes, items of one name are paired first (the longest run of them that is in order in both), and
 * each stretch between two such pairs by itself.
 */
import { longestRising } from "./longest-rising.ts";

/** [place in the first, place in the second]; `undefined`: it has no partner. */
export type Pair = readonly [number | undefined, number | undefined];

export interface Likeness<T> {
  /** Of two items: a whole number from 0 (never beside each other) to `most`, which only items that are the same have. */
  readonly of: (a: T, b: T) => number;
  /** At most 255. */
  readonly most: number;
  /** Different for every item of a sequence. */
  readonly name: (item: T) => string;
}

/** Comparisons of one stretch with another: a second of work. */
const mostCompared = 4_000_000;

export function align<T>(first: readonly T[], second: readonly T[], likeness: Likeness<T>): readonly Pair[] {
  const { of, most } = likeness;
  const pairs: Pair[] = [];
  const same = (i: number, j: number): boolean => {
    const [a, b] = [first[i], second[j]];
    return a !== undefined && b !== undefined && of(a, b) === most;
  };
  const alone = ([i, j]: Place, [toFirst, toSecond]: Place): void => {
    while (i < toFirst) pairs.push([i++, undefined]);
    while (j < toSecond) pairs.push([undefined, j++]);
  };
  const between = ([i, j]: Place, [toFirst, toSecond]: Place): void => {
    const inner = alignAll(first.slice(i, toFirst), second.slice(j, toSecond), of);
    for (const [a, b] of inner) pairs.push([a === undefined ? a : a + i, b === undefined ? b : b + j]);
  };
  const stretch = ([i, j]: Place, [toFirst, toSecond]: Place, anchored: boolean): void => {
    while (i < toFirst && j < toSecond && same(i, j)) pairs.push([i++, j++]);
    let tail = 0;
    while (toFirst - tail > i && toSecond - tail > j && same(toFirst - tail - 1, toSecond - tail - 1)) tail++;
    const end: Place = [toFirst - tail, toSecond - tail];
    if ((end[0] - i) * (end[1] - j) <= mostCompared) between([i, j], end);
    else if (anchored) alone([i, j], end);
    else {
      let from: Place = [i, j];
      for (const [a, b] of anchorsBetween(first, second, from, end, likeness)) {
        stretch(from, [a, b], true);
        pairs.push([a, b]);
        from = [a + 1, b + 1];
      }
      stretch(from, end, true);
    }
    for (let place = 0; place < tail; place++) pairs.push([end[0] + place, end[1] + place]);
  };
  stretch([0, 0], [first.length, second.length], false);
  return pairs;
}

type Place = readonly [first: number, second: number];

/** Items of one name that may be matched: the most of them that are in order in both. */
function anchorsBetween<T>(
  first: readonly T[],
  second: readonly T[],
  from: Place,
  to: Place,
  { of, name }: Likeness<T>,
): readonly Place[] {
  const places = new Map(second.slice(from[1], to[1]).map((item, place) => [name(item), place + from[1]]));
  const candidates = first.slice(from[0], to[0]).flatMap((item, place): readonly Place[] => {
    const beside = places.get(name(item));
    const other = beside === undefined ? undefined : second[beside];
    if (beside === undefined || other === undefined || of(item, other) === 0) return [];
    return [[place + from[0], beside]];
  });
  return longestRising(candidates);
}

function alignAll<T>(
  first: readonly T[],
  second: readonly T[],
  likeness: (a: T, b: T) => number,
): readonly Pair[] {
  const width = second.length + 1;
  /** The largest sum for the rests of both from each place on. */
  const best = new Int32Array((first.length + 1) * width);
  const scores = new Uint8Array(first.length * second.length);
  for (const [i, a] of [...first.entries()].reverse()) {
    for (let j = second.length - 1; j >= 0; j--) {
      const b = second[j];
      const score = b === undefined ? 0 : likeness(a, b);
      scores[i * second.length + j] = score;
      const paired = score === 0 ? 0 : score + at(best, (i + 1) * width + j + 1);
      best[i * width + j] = Math.max(paired, at(best, (i + 1) * width + j), at(best, i * width + j + 1));
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < first.length && j < second.length) {
    const score = scores[i * second.length + j] ?? 0;
    const sum = at(best, i * width + j);
    if (score > 0 && sum === score + at(best, (i + 1) * width + j + 1)) pairs.push([i++, j++]);
    else if (sum === at(best, (i + 1) * width + j)) pairs.push([i++, undefined]);
    else pairs.push([undefined, j++]);
  }
  while (i < first.length) pairs.push([i++, undefined]);
  while (j < second.length) pairs.push([undefined, j++]);
  return pairs;
}

function at(values: Int32Array, place: number): number {
  return values[place] ?? 0;
}
