/** Finds the known name that a misspelt one most likely meant. */

/**
 * Edits (insert, delete, replace, swap of neighbours) from one word to another: optimal string alignment (Damerau 1964).
 * `undefined` where they are more than `most`.
 */
function editDistance(a: string, b: string, most: number): number | undefined {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replace, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    // A later entry is at least the minimum of the two rows before it.
    if (Math.min(...row, ...previous) > most) return undefined;
    before = previous;
    previous = row;
  }
  const distance = previous[b.length] ?? 0;
  return distance > most ? undefined : distance;
}

/** Number of names that are compared, in their order; further ones are ignored. */
const mostCompared = 5_000;

/** The letters of a word as a set of 32 bits. One edit changes at most two of them. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let place = 0; place < word.length; place++) letters |= 1 << (word.charCodeAt(place) & 31);
  return letters;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/**
 * The nearest of `known` within a third of the word length (at least one edit), else one with the same stem, else
 * `undefined`. For a single letter only its other case counts as near.
 */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  const candidates = first(known, mostCompared);
  const lower = word.toLowerCase();
  const letters = lettersOf(lower);
  const limit = word.length < 2 ? 0 : Math.max(1, Math.floor(Math.min(word.length, 40) / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit || candidate === word) continue;
    const other = candidate.toLowerCase();
    if (bitCount(letters ^ lettersOf(other)) > 2 * (bestDistance - 1)) continue;
    const distance = editDistance(lower, other, bestDistance - 1);
    if (distance === undefined) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best ?? sameStem(word, candidates);
}

function first(names: Iterable<string>, count: number): readonly string[] {
  const taken: string[] = [];
  for (const name of names) {
    if (taken.length === count) break;
    taken.push(name);
  }
  return taken;
}

const shortestStem = 4;

/** A name with a common prefix of at least three quarters of the shorter word: `kernel_size` and `kernel`, `dilation` and `dilate`. */
function sameStem(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let longest = shortestStem - 1;
  for (const candidate of known) {
    let shared = 0;
    while (shared < candidate.length && word[shared]?.toLowerCase() === candidate[shared]?.toLowerCase())
      shared++;
    if (candidate === word || shared <= longest || shared < 0.75 * Math.min(word.length, candidate.length))
      continue;
    best = candidate;
    longest = shared;
  }
  return best;
}
