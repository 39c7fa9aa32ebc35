/**
 * Metrics near the boundaries of the labels: pixels within a trimap, a band of some width around them (Kohli, Ladický & Torr
 * 2009; Krähenbühl & Koltun 2011, section 5).
 */
import type { LabelBatch } from "../arrays.ts";
import type { ClassRaster } from "../images/raster.ts";
import { type ClassMeasures, type ClassReport, ConfusionMatrix } from "./confusion.ts";

export interface TrimapMetrics extends ClassMeasures, ClassReport {
  /** The greatest distance, pixels. */
  readonly width: number;
}

/** By output. */
export type OutputTrimaps = Readonly<Record<string, readonly TrimapMetrics[]>>;

/**
 * 1 for every pixel that has one of another label within `width` pixels, centre to centre; 0 elsewhere. Ignored pixels (−1)
 * count as a label: data sets such as Pascal VOC draw boundaries with them. [height, width].
 * @param width pixels, at least 1: which gives the pixels on both sides of a boundary
 * @throws RangeError when the width is below 1
 */
export function trimapBand(labels: ClassRaster, width: number): Uint8Array {
  if (!(width >= 1)) throw new RangeError(`a trimap of ${width} pixels holds none`);
  const { values, height: rows, width: columns } = labels;
  const band = new Uint8Array(rows * columns);
  const offsets = disc(width);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      // The nearest pixel of another label touches a pixel of one's own: so only such pixels need to spread.
      const label = values[y * columns + x];
      const same =
        (x === 0 || values[y * columns + x - 1] === label) &&
        (x === columns - 1 || values[y * columns + x + 1] === label) &&
        (y === 0 || values[(y - 1) * columns + x] === label) &&
        (y === rows - 1 || values[(y + 1) * columns + x] === label);
      if (same) continue;
      for (const [down, across] of offsets) {
        const row = y + down;
        const column = x + across;
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        const at = row * columns + column;
        if (values[at] !== label) band[at] = 1;
      }
    }
  }
  return band;
}

/** Counts predictions within trimaps of several widths. */
export class TrimapCounts {
  readonly #matrices: readonly (readonly [width: number, matrix: ConfusionMatrix])[];

  /** @param widths pixels, each at least 1 */
  constructor(classes: readonly string[], widths: readonly number[]) {
    this.#matrices = widths.map((width) => [width, new ConfusionMatrix(classes)]);
  }

  /**
   * Counts one image.
   * @param predicted classes, [height, width]
   * @param labels classes or −1, of the same size
   * @throws RangeError as `ConfusionMatrix.add`
   */
  add(predicted: ArrayLike<number>, labels: ClassRaster): void {
    for (const [width, matrix] of this.#matrices) {
      const band = trimapBand(labels, width);
      matrix.add(
        predicted,
        Array.from(labels.values, (label, i) => (band[i] === 1 ? label : -1)),
      );
    }
  }

  /** Counts every image of a batch; labels and predictions are of one shape. @throws RangeError as `add` */
  addBatch(predicted: LabelBatch, { data, shape }: LabelBatch): void {
    const [batch, height, width] = shape;
    const pixels = height * width;
    for (let image = 0; image < batch; image++) {
      const [from, to] = [image * pixels, (image + 1) * pixels];
      this.add(predicted.data.subarray(from, to), { width, height, values: data.subarray(from, to) });
    }
  }

  toJson(): readonly TrimapMetrics[] {
    return this.#matrices.map(([width, matrix]) => ({ width, ...matrix.measures(), ...matrix.report() }));
  }
}

/** Offsets no longer than the radius. */
function disc(radius: number): readonly (readonly [down: number, across: number])[] {
  const reach = Math.floor(radius);
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return line.flatMap((down) =>
    line
      .filter((across) => down * down + across * across <= radius * radius)
      .map((across) => [down, across] as const),
  );
}
