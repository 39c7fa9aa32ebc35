/** The longest part of a sequence of pairs, rising in their first numbers, that rises in their second numbers too (patience sorting). */

type Numbers = readonly [number, number];

export function longestRising(pairs: readonly Numbers[]): readonly Numbers[] {
  /** By length less one: the place of the pair with the least second number that ends a part so long. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  const secondOf = (place: number | undefined): number => pairs[place ?? -1]?.[1] ?? -1;
  for (const [place, [, second]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (secondOf(ends[middle]) < second) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1];
    ends[low] = place;
  }
  const rising: Numbers[] = [];
  for (let place = ends.at(-1); place !== undefined; place = before[place]) {
    const pair = pairs[place];
    if (pair !== undefined) rising.push(pair);
  }
  return rising.reverse();
}
