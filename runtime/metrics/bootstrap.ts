/**
 * Intervals of measures by the bootstrap: images are drawn with replacement, as many as there are, and measured together, many
 * times; the interval holds the middle share of what comes out (percentile interval; Efron & Tibshirani 1993, section 13.3).
 */
import type { Random } from "../random.ts";
import type { OutputCounts, OutputValues } from "./output-metrics.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** By output and measure; a measure that some drawing does not have is left out. */
export type Intervals = Readonly<Record<string, Readonly<Record<string, Interval>>>>;

/**
 * @param images what was counted of each image
 * @param measured the measures of counts, which add up over images
 * @param share of the drawings inside the interval, 0 to 1
 * @throws RangeError without images or drawings
 */
export function bootstrapIntervals(
  images: readonly OutputCounts[],
  measured: (counts: OutputCounts) => OutputValues,
  { drawings, share, random }: { readonly drawings: number; readonly share: number; readonly random: Random },
): Intervals {
  if (images.length === 0 || drawings < 1) throw new RangeError("a bootstrap needs images and drawings");
  const found = new Map<string, Map<string, number[]>>();
  for (let drawing = 0; drawing < drawings; drawing++) {
    const drawn = Array.from(
      { length: images.length },
      () => images[Math.floor(random.uniform() * images.length)] ?? {},
    );
    for (const [output, values] of Object.entries(measured(sumOf(drawn)))) {
      const measures = found.get(output) ?? new Map<string, number[]>();
      found.set(output, measures);
      for (const [measure, value] of Object.entries(values))
        if (value !== null) measures.set(measure, [...(measures.get(measure) ?? []), value]);
    }
  }
  return Object.fromEntries(
    Array.from(found, ([output, measures]) => [
      output,
      Object.fromEntries(
        [...measures].flatMap(([measure, values]) =>
          values.length < drawings ? [] : [[measure, intervalOf(values, share)] as const],
        ),
      ),
    ]),
  );
}

function intervalOf(values: readonly number[], share: number): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return below + (place - Math.floor(place)) * (above - below);
  };
  return { low: at((1 - share) / 2), high: at((1 + share) / 2) };
}

function sumOf(counts: readonly OutputCounts[]): OutputCounts {
  const [first = {}, ...others] = counts;
  return Object.fromEntries(
    Object.entries(first).map(([output, rows]) => [
      output,
      rows.map((row, i) =>
        row.map((value, j) => others.reduce((sum, each) => sum + (each[output]?.[i]?.[j] ?? 0), value)),
      ),
    ]),
  );
}
