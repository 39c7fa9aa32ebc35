/** The share of images whose most probable class is right. */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, ratio, sumsOf } from "./sums.ts";

export class ImageClassMetrics implements OutputMetrics<MeasureOf<"image_class">> {
  /** Images, right ones. */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#sums = sumsOf([2], counts);
  }

  /** Every pixel of an image has its class: the first of each is read. */
  add({ data, shape }: Measured, truth: ArrayLike<number>): void {
    const [images = 0] = shape;
    const [values, pixels] = [data.length / images, truth.length / images];
    if (!Number.isInteger(values) || !Number.isInteger(pixels))
      throw new RangeError(`${data.length} predictions and ${truth.length} true values of ${images} images`);
    const channels = shape[3] ?? 1;
    for (let image = 0; image < images; image++) {
      const real = truth[image * pixels] ?? Number.NaN;
      if (Number.isNaN(real)) continue;
      addTo(this.#sums[0], 0, 1);
      if (likeliest(data, image * values, channels) === real) addTo(this.#sums[0], 1, 1);
    }
  }

  values(): Readonly<Record<MeasureOf<"image_class">, number | null>> {
    const [images = 0, right = 0] = this.#sums[0] ?? [];
    return { image_accuracy: ratio(right, images) };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}

/** One channel is the probability of class 1. */
function likeliest(data: ArrayLike<number>, start: number, channels: number): number {
  if (channels === 1) return (data[start] ?? 0) > 0.5 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < channels; c++) if ((data[start + c] ?? 0) > (data[start + best] ?? 0)) best = c;
  return best;
}
