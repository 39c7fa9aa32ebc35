/**
 * The best F-measure of boundaries at one threshold for the whole data set (ODS; Martin, Fowlkes & Malik 2004).
 *
 * A simple form of it: a predicted boundary pixel is right when a true one is within the tolerance, and a true one is found when
 * a predicted one does; neither is paired one to one, nor is the prediction thinned first. Within the tolerance is within a square of
 * 0.75% of the image's diagonal to each side (the share of BSDS), at least one pixel. Thresholds are 0.01, 0.02 … 0.99.
 */
import type { MeasureOf } from "../../compiler/learning/targets/registry.ts";
import type { Measured, OutputMetrics } from "./output-metrics.ts";
import { addTo, checkLengths, sumsOf } from "./sums.ts";

const bins = 100;
const toleranceShare = 0.0075;

export class BoundaryMetrics implements OutputMetrics<MeasureOf<"boundaries">> {
  /** By predicted probability in hundredths: pixels; pixels near a true boundary; and by the best probability near them, true ones. */
  readonly #sums: readonly Float64Array[];

  constructor(counts?: readonly (readonly number[])[]) {
    this.#sums = sumsOf([bins, bins, bins], counts);
  }

  /** @param predicted probabilities of the last channel. @param truth 1: boundary; 0: none; NaN or −1: not known */
  add({ data, shape }: Measured, truth: ArrayLike<number>): void {
    const [batch = 0, height = 0, width = 0, channels = 1] = shape;
    const pixels = height * width;
    checkLengths(data.length / channels, truth.length);
    const reach = Math.max(1, Math.round(toleranceShare * Math.hypot(height, width)));
    for (let image = 0; image < batch; image++) {
      const known = new Uint8Array(pixels);
      const edges = new Float32Array(pixels);
      const found = new Float32Array(pixels);
      for (let i = 0; i < pixels; i++) {
        const label = truth[image * pixels + i] ?? Number.NaN;
        if (!(label >= 0)) continue;
        known[i] = 1;
        edges[i] = label;
        found[i] = data[(image * pixels + i) * channels + channels - 1] ?? 0;
      }
      const nearEdge = highestNear(edges, height, width, reach);
      const nearFound = highestNear(found, height, width, reach);
      for (let i = 0; i < pixels; i++) {
        if (known[i] === 0) continue;
        const bin = binOf(found[i] ?? 0);
        addTo(this.#sums[0], bin, 1);
        if (nearEdge[i] === 1) addTo(this.#sums[1], bin, 1);
        if (edges[i] === 1) addTo(this.#sums[2], binOf(nearFound[i] ?? 0), 1);
      }
    }
  }

  /** `null` where no boundary is known. */
  values(): Readonly<Record<MeasureOf<"boundaries">, number | null>> {
    const [all = [], right = [], reached = []] = this.counts();
    const total = reached.reduce((sum, count) => sum + count, 0);
    if (total === 0) return { ods: null };
    let best = 0;
    let [predicted, correct, recalled] = [0, 0, 0];
    for (let bin = bins - 1; bin >= 1; bin--) {
      predicted += all[bin] ?? 0;
      correct += right[bin] ?? 0;
      recalled += reached[bin] ?? 0;
      const precision = predicted === 0 ? 0 : correct / predicted;
      const recall = recalled / total;
      if (precision + recall > 0) best = Math.max(best, (2 * precision * recall) / (precision + recall));
    }
    return { ods: best };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}

/** A probability of at least bin / 100. */
function binOf(probability: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
}

/** The highest value in the square of `reach` pixels to each side; rows, then columns. */
function highestNear(values: Float32Array, height: number, width: number, reach: number): Float32Array {
  const along = (
    from: Float32Array,
    count: number,
    step: number,
    start: (line: number) => number,
    lines: number,
  ) => {
    const result = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < count; i++) {
        let most = 0;
        for (let j = Math.max(0, i - reach); j <= Math.min(count - 1, i + reach); j++) {
          most = Math.max(most, from[start(line) + j * step] ?? 0);
        }
        result[start(line) + i * step] = most;
      }
    }
    return result;
  };
  const rows = along(values, width, 1, (row) => row * width, height);
  return along(rows, height, width, (column) => column, width);
}
