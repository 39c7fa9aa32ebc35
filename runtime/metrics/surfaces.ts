/**
 * How far the outlines of classes are apart, image by image: the boundary F-measure (Csurka, Larlus & Perronnin 2013, section 3) and the
 * 95th percentile of the Hausdorff distance.
 *
 * A boundary pixel of a class is next to (4 neighbours) a pixel of another class. A surface pixel is that, or on the edge of the image.
 * Pixels whose label is not known belong to no class, and make none of their neighbours a boundary.
 */
import { squaredDistances } from "../images/squared-distances.ts";
import { addTo, ratio, sumsOf } from "./sums.ts";

/** Of a class; `null` where no image has it. */
export interface SurfaceMeasures {
  readonly boundary_f: number | null;
  readonly hausdorff95: number | null;
}

/** The share of the image's diagonal within which boundaries agree. */
const toleranceShare = 0.0075;

export class SurfaceCounts {
  readonly #classes: number;
  /** By class: Σ boundary F, images with a boundary; Σ distance, images with the class. */
  readonly #sums: readonly Float64Array[];

  constructor(classes: number, counts?: readonly (readonly number[])[]) {
    this.#classes = classes;
    this.#sums = sumsOf(SurfaceCounts.lengths(classes), counts);
  }

  static lengths(classes: number): readonly number[] {
    return [classes, classes, classes, classes];
  }

  /** Counts one image. @param predicted classes, [height, width] @param truth classes, −1: not known */
  add(predicted: ArrayLike<number>, truth: ArrayLike<number>, height: number, width: number): void {
    const boxes = boxesOf(predicted, truth, height, width);
    const diagonal = Math.hypot(height, width);
    for (let label = 0; label < this.#classes; label++) {
      const box = boxes.get(label);
      if (box === undefined) continue;
      const outline = (of: ArrayLike<number>, withEdge: boolean) =>
        outlineOf(label, of, truth, { height, width }, box, withEdge);
      const apart = hausdorff(outline(predicted, true), outline(truth, true), box);
      addTo(this.#sums[2], label, apart ?? diagonal);
      addTo(this.#sums[3], label, 1);
      const tolerance = Math.max(1, toleranceShare * diagonal);
      const agreement = boundaryF(outline(predicted, false), outline(truth, false), box, tolerance);
      if (agreement === undefined) continue;
      addTo(this.#sums[0], label, agreement);
      addTo(this.#sums[1], label, 1);
    }
  }

  of(label: number): SurfaceMeasures {
    const at = (row: number) => this.#sums[row]?.[label] ?? 0;
    return { boundary_f: ratio(at(0), at(1)), hausdorff95: ratio(at(2), at(3)) };
  }

  counts(): readonly (readonly number[])[] {
    return this.#sums.map((row) => [...row]);
  }
}

/** First and last row and column. */
interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Where each class is, in prediction or truth. */
function boxesOf(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  height: number,
  width: number,
): ReadonlyMap<number, Box> {
  const boxes = new Map<number, Box>();
  const include = (label: number, y: number, x: number) => {
    const box = boxes.get(label);
    if (box === undefined) boxes.set(label, { top: y, bottom: y, left: x, right: x });
    else {
      box.bottom = y; // rows come in order
      if (x < box.left) box.left = x;
      if (x > box.right) box.right = x;
    }
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const label = truth[i] ?? -1;
      if (label === -1) continue;
      include(label, y, x);
      const found = predicted[i] ?? -1;
      if (found !== label) include(found, y, x);
    }
  }
  return boxes;
}

/** 1 at the outline of a class, of the size of the box. */
function outlineOf(
  label: number,
  of: ArrayLike<number>,
  truth: ArrayLike<number>,
  { height, width }: { readonly height: number; readonly width: number },
  { top, bottom, left, right }: Box,
  withEdge: boolean,
): Uint8Array {
  const columns = right - left + 1;
  const outline = new Uint8Array((bottom - top + 1) * columns);
  const differs = (y: number, x: number) => {
    if (y < 0 || y >= height || x < 0 || x >= width) return withEdge;
    const i = y * width + x;
    return of[i] !== label && truth[i] !== -1;
  };
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const i = y * width + x;
      if (of[i] !== label || truth[i] === -1) continue;
      if (differs(y - 1, x) || differs(y + 1, x) || differs(y, x - 1) || differs(y, x + 1))
        outline[(y - top) * columns + x - left] = 1;
    }
  }
  return outline;
}

/** From every pixel of one outline to the nearest of the other, pixels; empty where either is. */
function distances(from: Uint8Array, to: Uint8Array, box: Box): Float64Array {
  const squares = squaredDistances(to, box.bottom - box.top + 1, box.right - box.left + 1);
  const found: number[] = [];
  for (let i = 0; i < from.length; i++) if (from[i] === 1) found.push(Math.sqrt(squares[i] ?? 0));
  return Float64Array.from(found);
}

/** The larger of both directions' 95th percentiles; `undefined` where only one has the class. */
function hausdorff(predicted: Uint8Array, truth: Uint8Array, box: Box): number | undefined {
  if (!predicted.includes(1) || !truth.includes(1)) return undefined;
  return Math.max(
    percentile(distances(predicted, truth, box), 0.95),
    percentile(distances(truth, predicted, box), 0.95),
  );
}

/** Linear between ranks. */
function percentile(values: Float64Array, share: number): number {
  values.sort();
  const place = share * (values.length - 1);
  const [below, above] = [values[Math.floor(place)] ?? 0, values[Math.ceil(place)] ?? 0];
  return below + (place - Math.floor(place)) * (above - below);
}

/** `undefined` where neither has a boundary; 0 where one has none. */
function boundaryF(
  predicted: Uint8Array,
  truth: Uint8Array,
  box: Box,
  tolerance: number,
): number | undefined {
  const [found, wanted] = [predicted.includes(1), truth.includes(1)];
  if (!found && !wanted) return undefined;
  if (!found || !wanted) return 0;
  const within = (values: Float64Array) =>
    values.reduce((count, distance) => count + (distance <= tolerance ? 1 : 0), 0) / values.length;
  const precision = within(distances(predicted, truth, box));
  const recall = within(distances(truth, predicted, box));
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
