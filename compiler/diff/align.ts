/**
 * Two sequences side by side, each item beside at most one of the other, in order, so that the likeness of all pairs together is
 * largest (Needleman & Wunsch 1970, with gaps that cost nothing).
 */

/** [place in the first, place in the second]; `undefined`: it stands alone. */
export type Pair = readonly [number | undefined, number | undefined];

/** @param likeness of two items: a whole number from 0 (never beside each other) to 255 */
export function align<T>(
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
