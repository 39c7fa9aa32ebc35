/** Images that occur several times, and those that look alike. */
import type { Fingerprint } from "../fingerprint.ts";

/** Bits of 256 by which images that look alike may differ: fewer than there are words, so that one word at least is equal. */
const mostDifferent = 10;

/** Groups of two or more items with the same pixels, in the order of their first. */
export function samePixels<T>(items: readonly T[], of: (item: T) => Fingerprint): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const { pixels } = of(item);
    groups.set(pixels, [...(groups.get(pixels) ?? []), item]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Pairs of items that look alike without having the same pixels. */
export function alike<T>(
  items: readonly T[],
  of: (item: T) => Fingerprint,
): readonly (readonly [first: T, second: T])[] {
  const found: [T, T][] = [];
  const byWord = new Map<string, number[]>();
  for (const [i, item] of items.entries()) {
    const { look, pixels } = of(item);
    if (look === undefined) continue;
    const candidates = new Set<number>();
    for (const [place, word] of look.entries()) {
      const key = `${place} ${word}`;
      const others = byWord.get(key) ?? [];
      for (const other of others) candidates.add(other);
      others.push(i);
      byWord.set(key, others);
    }
    for (const other of [...candidates].sort((a, b) => a - b)) {
      const before = items[other];
      if (before === undefined) continue;
      const { look: known, pixels: its } = of(before);
      if (known !== undefined && its !== pixels && differentBits(look, known) <= mostDifferent)
        found.push([before, item]);
    }
  }
  return found;
}

function differentBits(a: readonly number[], b: readonly number[]): number {
  let count = 0;
  for (const [i, word] of a.entries())
    for (let bits = word ^ (b[i] ?? 0); bits !== 0; bits &= bits - 1) count++;
  return count;
}
