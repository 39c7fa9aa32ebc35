/** Sets of whole numbers as lists of runs: the positions that a row of dilated windows reads. */

/** In order, with gaps between them; both ends are included. */
export type Runs = readonly (readonly [first: number, last: number])[];

/** A set of more runs counts as unknown. */
const mostRuns = 1_024;

export function merge(runs: Runs): Runs {
  const merged: [number, number][] = [];
  for (const [first, last] of runs.toSorted((a, b) => a[0] - b[0])) {
    const open = merged.at(-1);
    if (open !== undefined && first <= open[1] + 1) open[1] = Math.max(open[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Every number plus every tap of a window of `kernel` taps, `dilation` apart, about its middle; `undefined`: too many runs. */
export function spreadBy(runs: Runs, kernel: number, dilation: number): Runs | undefined {
  const middle = Math.floor(((kernel - 1) * dilation) / 2);
  const reach = (kernel - 1) * dilation;
  const moved: (readonly [number, number])[] = [];
  for (const [first, last] of runs) {
    // The taps of a run as long as their distance leave no gap.
    if (last - first + 1 >= dilation) moved.push([first - middle, last - middle + reach]);
    else if (kernel > mostRuns) return undefined;
    else for (let by = -middle; by <= reach - middle; by += dilation) moved.push([first + by, last + by]);
  }
  const merged = merge(moved);
  return merged.length > mostRuns ? undefined : merged;
}
