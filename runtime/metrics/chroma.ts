/**
 * How near colours come: psnr and mae as of images, and auc, the raw accuracy of Zhang, Isola & Efros 2016 (section 3.1): the share of
 * pixels whose a* and b* are within a distance of the true ones, averaged over all distances from 0 to 150 units. For one pixel at
 * distance d that average is 1 − min(d, 150) / 150, so that auc is its mean.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import { chromaUnit } from "../colour/chroma-unit.ts";
import { ImageMetrics } from "./image.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, ratio, sumsOf } from "./sums.ts";

const farthest = 150;

export class ChromaMetrics implements OutputMetrics<MeasureOf<"chroma">> {
  readonly #image: ImageMetrics;
  /** Pixels, Σ 1 − min(d, 150) / 150. */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#image = new ImageMetrics([], counts?.slice(0, 1));
    this.#sums = sumsOf([2], counts?.slice(1));
  }

  /** Two values a pixel: a* and b* over `chromaUnit`. */
  add(predicted: Measured, truth: ArrayLike<number>): void {
    this.#image.add(predicted, truth);
    const { data } = predicted;
    const [sums] = this.#sums;
    const difference = (i: number) => ((data[i] ?? Number.NaN) - (truth[i] ?? Number.NaN)) * chromaUnit;
    for (let i = 0; i + 1 < truth.length; i += 2) {
      const distance = Math.hypot(difference(i), difference(i + 1));
      if (Number.isNaN(distance)) continue;
      addTo(sums, 0, 1);
      addTo(sums, 1, 1 - Math.min(distance, farthest) / farthest);
    }
  }

  values(): Readonly<Record<MeasureOf<"chroma">, number | null>> {
    const [count = 0, near = 0] = this.#sums[0] ?? [];
    const { psnr, mae } = this.#image.values();
    return { psnr, mae, auc: ratio(near, count) };
  }

  counts(): readonly (readonly number[])[] {
    return [...this.#image.counts(), ...this.#sums.map((row) => [...row])];
  }
}
