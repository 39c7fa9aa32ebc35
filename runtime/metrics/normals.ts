/**
 * The angles between predicted and true surface normals, in degrees, over all known pixels (Fouhey, Gupta & Hebert 2013, section 5):
 * their mean and median, and the shares below 11.25, 22.5 and 30 degrees. The median is good to a tenth of a degree.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

const limits = [11.25, 22.5, 30];
const binsPerDegree = 10;

export class NormalMetrics implements OutputMetrics<MeasureOf<"normals">> {
  /** Pixels, Σ angle, pixels within the limits; then pixels by angle, in tenths of a degree. */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#sums = sumsOf([2 + limits.length, 180 * binsPerDegree], counts);
  }

  /** A predicted vector of length 0 is at 90 degrees to everything. */
  add({ data }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [sums, histogram] = this.#sums;
    for (let i = 0; i < truth.length; i += 3) {
      let product = 0;
      let square = 0;
      for (let c = i; c < i + 3; c++) {
        const value = data[c] ?? Number.NaN;
        product += value * (truth[c] ?? Number.NaN);
        square += value * value;
      }
      if (Number.isNaN(product)) continue;
      const cosine = square === 0 ? 0 : product / Math.sqrt(square);
      const angle = (180 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, cosine)));
      addTo(sums, 0, 1);
      addTo(sums, 1, angle);
      for (const [k, limit] of limits.entries()) if (angle < limit) addTo(sums, 2 + k, 1);
      addTo(histogram, Math.min(180 * binsPerDegree - 1, Math.floor(angle * binsPerDegree)), 1);
    }
  }

  values(): Readonly<Record<MeasureOf<"normals">, number | null>> {
    const [pixels = 0, total = 0, ...within] = this.#sums[0] ?? [];
    return {
      mean_angle: ratio(total, pixels),
      median_angle: pixels === 0 ? null : this.#median(pixels),
      within_11_25: ratio(within[0] ?? 0, pixels),
      within_22_5: ratio(within[1] ?? 0, pixels),
      within_30: ratio(within[2] ?? 0, pixels),
    };
  }

  /** The middle of the bin that half of the pixels reach. */
  #median(pixels: number): number {
    let below = 0;
    for (const [bin, count] of (this.#sums[1] ?? []).entries()) {
      below += count;
      if (2 * below >= pixels) return (bin + 0.5) / binsPerDegree;
    }
    throw new Error("a histogram holds fewer pixels than were counted");
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
