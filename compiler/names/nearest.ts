/** The known name a misspelt one most likely meant. */

/** Edits (insert, delete, replace, swap of neighbours) from one word to another: optimal string alignment (Damerau 1964). */
function editDistance(a: string, b: string): number {
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
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/**
 * The nearest of `known` within a third of the word's length (at least one edit), else one of the same stem, else
 * `undefined`. For a single letter only its other case is near.
 */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  const limit = word.length < 2 ? 0 : Math.max(1, Math.floor(Math.min(word.length, 40) / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit || candidate === word) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? sameStem(word, known);
}

const shortestStem = 4;

/** What begins alike for at least three quarters of the shorter word: `kernel_size` and `kernel`, `dilation` and `dilate`. */
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
