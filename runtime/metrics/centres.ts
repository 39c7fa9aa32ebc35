/** Precision and recall of centres: pairs of a predicted and a true one of the same class that are near enough. */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import { atCentre } from "../../compiler/tensors/losses/heat.ts";
import { type PeakSettings, peaksIn } from "../objects/peaks.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, ratio, sumsOf } from "./sums.ts";

export interface CentreSettings extends PeakSettings {
  /** Pixels between a predicted and a true centre, at most. */
  readonly distance: number;
}

export class CentreMetrics implements OutputMetrics<MeasureOf<"centres">> {
  readonly #settings: CentreSettings;
  /** Predicted, true, matched. */
  readonly #sums: readonly Float64Array[];

  constructor(settings: CentreSettings, counts?: readonly (readonly number[])[]) {
    this.#settings = settings;
    this.#sums = sumsOf([3], counts);
  }

  /** A centre predicted where the truth is not known does not count. */
  add({ data, shape }: Measured, truth: ArrayLike<number>): void {
    checkLengths(data.length, truth.length);
    const [images = 0, height = 0, width = 0, channels = 0] = shape;
    const { distance } = this.#settings;
    const [sums] = this.#sums;
    for (let image = 0; image < images; image++) {
      const start = image * height * width * channels;
      const open: { readonly row: number; readonly column: number; readonly channel: number }[] = [];
      for (let at = 0; at < height * width * channels; at++) {
        if (!((truth[start + at] ?? 0) > atCentre)) continue;
        const pixel = Math.floor(at / channels);
        open.push({ row: Math.floor(pixel / width), column: pixel % width, channel: at % channels });
      }
      addTo(sums, 1, open.length);
      for (const { row, column, channel } of peaksIn(
        data,
        [height, width, channels],
        this.#settings,
        start,
      )) {
        if (Number.isNaN(truth[start + (row * width + column) * channels + channel])) continue;
        addTo(sums, 0, 1);
        let nearest: number | undefined;
        let least = distance;
        for (const [i, one] of open.entries()) {
          const away = Math.hypot(one.row - row, one.column - column);
          if (one.channel !== channel || away > least || (away === least && nearest !== undefined)) continue;
          nearest = i;
          least = away;
        }
        if (nearest === undefined) continue;
        open.splice(nearest, 1);
        addTo(sums, 2, 1);
      }
    }
  }

  values(): Readonly<Record<MeasureOf<"centres">, number | null>> {
    const [predicted = 0, real = 0, matched = 0] = this.#sums[0] ?? [];
    return {
      centre_f1: ratio(2 * matched, predicted + real),
      centre_precision: ratio(matched, predicted),
      centre_recall: ratio(matched, real),
    };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
