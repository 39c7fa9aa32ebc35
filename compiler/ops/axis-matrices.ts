/** The matrices, along one axis, of average pooling, resampling, bed of nails, borders and crops. */
import { type Entry, type SparseMatrix, sparseMatrix } from "../geometry/sparse-matrix.ts";
import { ceilDivide, floorDivide, modulo } from "../sizes/integers.ts";
import type { Margins } from "./attribute-values.ts";

export interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Positions of padding before the first. */
  readonly before: number;
}

/** Means of windows; positions of padding, and beyond the feature map, do not count. */
export function averaging(
  { kernel, stride, dilation, before }: AxisWindow,
  cells: number,
  results: number,
): SparseMatrix {
  return sparseMatrix(results, cells, (window) => {
    const start = window * stride - before;
    // However large the kernel is, only its taps inside the feature map are listed.
    const first = Math.max(0, ceilDivide(-start, dilation));
    const last = Math.min(kernel - 1, floorDivide(cells - 1 - start, dilation));
    return mean(start + first * dilation, last - first + 1, dilation);
  });
}

/** Where bin i of `bins` begins and ends among the n positions: ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉, the end not in it. */
export function binAt(
  bin: number,
  cells: number,
  bins: number,
): { readonly start: number; readonly end: number } {
  return { start: floorDivide(bin * cells, bins), end: ceilDivide((bin + 1) * cells, bins) };
}

/** Means of bins. */
export function binning(cells: number, bins: number): SparseMatrix {
  return sparseMatrix(bins, cells, (bin) => {
    const { start, end } = binAt(bin, cells, bins);
    return mean(start, end - start, 1);
  });
}

function mean(start: number, count: number, spacing: number): readonly Entry[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => ({
    column: start + i * spacing,
    weight: 1 / count,
  }));
}

export interface Sampling {
  readonly mode: "nearest" | "bilinear" | "area";
  readonly alignCorners: boolean;
}

export function resampling({ mode, alignCorners }: Sampling, cells: number, results: number): SparseMatrix {
  if (mode === "area") return binning(cells, results);
  return mode === "nearest" ? nearest(cells, results, alignCorners) : linear(cells, results, alignCorners);
}

/** Position ⌊o · cells / results⌋; with aligned corners the one nearest to o · (cells − 1) / (results − 1), halves upwards. */
function nearest(cells: number, results: number, alignCorners: boolean): SparseMatrix {
  const column = (result: number): number => {
    if (!alignCorners) return floorDivide(result * cells, results);
    if (results === 1) return 0;
    return floorDivide(2 * result * (cells - 1) + results - 1, 2 * (results - 1));
  };
  return sparseMatrix(results, cells, (result) => [{ column: column(result), weight: 1 }]);
}

/** Linear interpolation: half-pixel centres with repeated edges, or aligned corners. */
function linear(cells: number, results: number, alignCorners: boolean): SparseMatrix {
  const position = (result: number): number => {
    if (alignCorners) return results === 1 ? 0 : (result * (cells - 1)) / (results - 1);
    return ((2 * result + 1) * cells - results) / (2 * results);
  };
  return sparseMatrix(results, cells, (result) => {
    const at = Math.min(Math.max(position(result), 0), cells - 1);
    const low = Math.min(Math.floor(at), Math.max(0, cells - 2));
    const share = at - low;
    const entries = [
      { column: low, weight: 1 - share },
      { column: low + 1, weight: share },
    ];
    return entries.filter(({ weight }) => weight !== 0);
  });
}

/** Position i at place factor · i, zeros elsewhere. */
export function nails(cells: number, factor: number): SparseMatrix {
  return sparseMatrix(cells * factor, cells, (row) =>
    row % factor === 0 ? [{ column: row / factor, weight: 1 }] : [],
  );
}

/** Zeros around the feature map, the border mirrored at the outermost positions, which are not repeated, or filled with them. */
export function border(cells: number, margins: Margins, mode: "zeros" | "reflect" | "edge"): SparseMatrix {
  const period = Math.max(1, 2 * (cells - 1));
  return sparseMatrix(margins.before + cells + margins.after, cells, (row) => {
    const place = row - margins.before;
    if (mode === "zeros") return place < 0 || place >= cells ? [] : [{ column: place, weight: 1 }];
    if (mode === "edge") return [{ column: Math.min(Math.max(place, 0), cells - 1), weight: 1 }];
    const turn = modulo(place, period);
    return [{ column: turn < cells ? turn : period - turn, weight: 1 }];
  });
}

/** `results` positions from position `offset` on. */
export function cropping(cells: number, offset: number, results: number): SparseMatrix {
  return sparseMatrix(results, cells, (row) => [{ column: row + offset, weight: 1 }]);
}
