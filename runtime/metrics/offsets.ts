/** The endpoint error of offsets to centres, in pixels, over all known pixels. */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

export class OffsetMetrics implements OutputMetrics<MeasureOf<"offsets">> {
  readonly #unit: number;
  /** Pixels, Σ distance. */
  readonly #sums: readonly Float64Array[];

  /** @param unit pixels that a value of 1 means */
  constructor(unit: number, counts?: readonly (readonly number[])[]) {
    this.#unit = unit;
    this.#sums = sumsOf([2], counts);
  }

  add({ data }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [sums] = this.#sums;
    for (let i = 0; i < truth.length; i += 2) {
      const down = (data[i] ?? Number.NaN) - (truth[i] ?? Number.NaN);
      const right = (data[i + 1] ?? Number.NaN) - (truth[i + 1] ?? Number.NaN);
      const distance = this.#unit * Math.hypot(down, right);
      if (Number.isNaN(distance)) continue;
      addTo(sums, 0, 1);
      addTo(sums, 1, distance);
    }
  }

  values(): Readonly<Record<MeasureOf<"offsets">, number | null>> {
    const [pixels = 0, total = 0] = this.#sums[0] ?? [];
    return { endpoint_error: ratio(total, pixels) };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
