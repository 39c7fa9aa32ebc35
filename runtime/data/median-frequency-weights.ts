/** Class weights against imbalance. */
import type { DataReport } from "./data-set.ts";

/**
 * Eigen & Fergus 2015, section 6.3.2: median frequency over frequency(c), where frequency(c) is the pixels of c divided by
 * the labelled pixels of all images in which c occurs. A class without pixels gets 1 and is left out of the median.
 */
export function medianFrequencyWeights(
  report: Pick<DataReport, "classPixels" | "classImagePixels">,
): number[] {
  const frequencies = report.classPixels.map((pixels, c) =>
    pixels === 0 ? undefined : pixels / (report.classImagePixels[c] ?? pixels),
  );
  const sorted = frequencies.filter((f) => f !== undefined).sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 1;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 1;
  const median = (lower + upper) / 2;
  return frequencies.map((frequency) => (frequency === undefined ? 1 : median / frequency));
}
