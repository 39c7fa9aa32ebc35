/** The expected calibration error (Guo et al. 2017, equation 5), over bins of the probability of the predicted class. */
import { addTo, sumsOf } from "./sums.ts";

/** Of equal width, as in the paper's section 4. */
const bins = 15;

export class CalibrationCounts {
  /** By bin: pixels, those predicted right, Σ probability. */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#sums = sumsOf(CalibrationCounts.lengths, counts);
  }

  static readonly lengths: readonly number[] = [bins, bins, bins];

  /** @param confidence the probability of the predicted class @param truth classes, −1: not known */
  add(predicted: ArrayLike<number>, confidence: ArrayLike<number>, truth: ArrayLike<number>): void {
    for (let i = 0; i < truth.length; i++) {
      const label = truth[i] ?? -1;
      if (label === -1) continue;
      const probability = confidence[i] ?? 0;
      // bin m is above (m − 1) / bins, up to m / bins
      const bin = Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1));
      addTo(this.#sums[0], bin, 1);
      if (predicted[i] === label) addTo(this.#sums[1], bin, 1);
      addTo(this.#sums[2], bin, probability);
    }
  }

  /** `null` where no pixel was counted. */
  error(): number | null {
    const [pixels = new Float64Array(), right = [], probability = []] = this.#sums;
    const all = pixels.reduce((sum, count) => sum + count, 0);
    if (all === 0) return null;
    // n_b / n · |right / n_b − Σ probability / n_b|
    return (
      pixels.reduce((sum, _, bin) => sum + Math.abs((right[bin] ?? 0) - (probability[bin] ?? 0)), 0) / all
    );
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}
