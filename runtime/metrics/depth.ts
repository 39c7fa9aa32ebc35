/**
 * The errors of depth (Eigen, Puhrsch & Fergus 2014, section 4.2), over all known pixels, with y predicted and y* true:
 * rel: mean |y − y*| / y*. rms: √ mean (y − y*)². log10: mean |log₁₀ y − log₁₀ y*|. delta1, 2, 3: the share of pixels with
 * max(y / y*, y* / y) below 1.25, 1.25², 1.25³. A predicted depth below a thousandth of the true one counts as that thousandth.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

const limits = [1.25, 1.25 ** 2, 1.25 ** 3];

export class DepthMetrics implements OutputMetrics<MeasureOf<"depth">> {
  readonly #log: boolean;
  /** Pixels; Σ of the three errors; pixels within the three limits. */
  readonly #sums: readonly Float64Array[];

  /** @param log whether predictions and truth are logarithms of depth */
  constructor(log: boolean, counts?: readonly (readonly number[])[]) {
    this.#log = log;
    this.#sums = sumsOf([7], counts);
  }

  add({ data }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [sums] = this.#sums;
    for (let i = 0; i < truth.length; i++) {
      const target = truth[i] ?? Number.NaN;
      if (Number.isNaN(target)) continue;
      const predicted = data[i] ?? Number.NaN;
      const real = this.#log ? Math.exp(target) : target;
      const given = Math.max(this.#log ? Math.exp(predicted) : predicted, real / 1000);
      addTo(sums, 0, 1);
      addTo(sums, 1, Math.abs(given - real) / real);
      addTo(sums, 2, (given - real) ** 2);
      addTo(sums, 3, Math.abs(Math.log10(given / real)));
      const apart = Math.max(given / real, real / given);
      for (const [k, limit] of limits.entries()) if (apart < limit) addTo(sums, 4 + k, 1);
    }
  }

  values(): Readonly<Record<MeasureOf<"depth">, number | null>> {
    const [pixels = 0, rel = 0, squares = 0, logs = 0, ...within] = this.#sums[0] ?? [];
    return {
      rel: ratio(rel, pixels),
      rms: pixels === 0 ? null : Math.sqrt(squares / pixels),
      log10: ratio(logs, pixels),
      delta1: ratio(within[0] ?? 0, pixels),
      delta2: ratio(within[1] ?? 0, pixels),
      delta3: ratio(within[2] ?? 0, pixels),
    };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
