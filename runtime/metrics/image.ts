/**
 * How near images come: mae, the mean absolute difference, and psnr, 10 log₁₀ (1 / mean squared difference) in decibels, over all
 * known values of all images, for values whose full scale is 1 (chroma: 100 units of CIELAB). Where nothing differs psnr is 100. On
 * demand ssim, the mean over the images.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OnDemand, OutputMetrics } from "./output-metrics.ts";
import { ssimOf } from "./ssim.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

const highest = 100;

export class ImageMetrics implements OutputMetrics<MeasureOf<"image">> {
  /** Values, Σ |x|, Σ x²; on demand also images, Σ ssim. */
  readonly #sums: readonly Float64Array[];

  /** @param counts of the same measures on demand, whatever `demand` says */
  constructor(demand: OnDemand = [], counts?: readonly (readonly number[])[]) {
    const structural = counts === undefined ? demand.includes("ssim") : counts.length > 1;
    this.#sums = sumsOf(structural ? [3, 2] : [3], counts);
  }

  add({ data, shape }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [sums, structure] = this.#sums;
    for (let i = 0; i < truth.length; i++) {
      const difference = (data[i] ?? Number.NaN) - (truth[i] ?? Number.NaN);
      if (Number.isNaN(difference)) continue;
      addTo(sums, 0, 1);
      addTo(sums, 1, Math.abs(difference));
      addTo(sums, 2, difference ** 2);
    }
    if (structure === undefined) return;
    const [batch = 0, height = 0, width = 0, channels = 1] = shape;
    const values = height * width * channels;
    for (let image = 0; image < batch; image++) {
      const part = (of: ArrayLike<number>) =>
        Float64Array.from({ length: values }, (_, i) => of[image * values + i] ?? Number.NaN);
      const similarity = ssimOf(part(data), part(truth), [height, width, channels]);
      if (similarity === undefined) continue;
      addTo(structure, 0, 1);
      addTo(structure, 1, similarity);
    }
  }

  values(): ReturnType<OutputMetrics<MeasureOf<"image">>["values"]> {
    const [count = 0, absolute = 0, squares = 0] = this.#sums[0] ?? [];
    const structure = this.#sums[1];
    return {
      psnr: count === 0 ? null : Math.min(highest, -10 * Math.log10(squares / count)),
      ...(structure && { ssim: ratio(structure[1] ?? 0, structure[0] ?? 0) }),
      mae: ratio(absolute, count),
    };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
