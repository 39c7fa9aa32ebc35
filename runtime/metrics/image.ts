/**
 * How near images come: mae, the mean absolute difference, and psnr, 10 log₁₀ (1 / mean squared difference) in decibels, over all
 * known values of all images, for values whose full scale is 1 (chroma: 100 units of CIELAB). Where nothing differs psnr is 100.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

const highest = 100;

export class ImageMetrics implements OutputMetrics<MeasureOf<"image">> {
  /** Values, Σ |x|, Σ x². */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#sums = sumsOf([3], counts);
  }

  add({ data }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [sums] = this.#sums;
    for (let i = 0; i < truth.length; i++) {
      const difference = (data[i] ?? Number.NaN) - (truth[i] ?? Number.NaN);
      if (Number.isNaN(difference)) continue;
      addTo(sums, 0, 1);
      addTo(sums, 1, Math.abs(difference));
      addTo(sums, 2, difference ** 2);
    }
  }

  values(): Readonly<Record<MeasureOf<"image">, number | null>> {
    const [count = 0, absolute = 0, squares = 0] = this.#sums[0] ?? [];
    return {
      psnr: count === 0 ? null : Math.min(highest, -10 * Math.log10(squares / count)),
      mae: ratio(absolute, count),
    };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
