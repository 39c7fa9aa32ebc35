/** The matrices, along one axis, of average pooling, resampling, bed of nails and borders. */
import type { Margins } from "../../../ops/operation.ts";
import { type SparseMatrix, sparseMatrix } from "../../sparse-matrix.ts";

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
    const columns = Array.from({ length: kernel }, (_, tap) => start + tap * dilation).filter(
      (column) => column >= 0 && column < cells,
    );
    return columns.map((column) => ({ column, weight: 1 / columns.length }));
  });
}

/** Where bin i of `bins` begins and ends among the n positions: ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉, the end not in it. */
export function binAt(
  bin: number,
  cells: number,
  bins: number,
): { readonly start: number; readonly end: number } {
  return { start: Math.floor((bin * cells) / bins), end: Math.ceil(((bin + 1) * cells) / bins) };
}

/** Means of bins. */
export function binning(cells: number, bins: number): SparseMatrix {
  return sparseMatrix(bins, cells, (bin) => {
    const { start, end } = binAt(bin, cells, bins);
    return Array.from({ length: end - start }, (_, i) => ({ column: start + i, weight: 1 / (end - start) }));
  });
}

export interface Sampling {
  readonly mode: "nearest" | "bilinear";
  readonly alignCorners: boolean;
}

export function resampling({ mode, alignCorners }: Sampling, cells: number, results: number): SparseMatrix {
  return mode === "nearest" ? nearest(cells, results, alignCorners) : linear(cells, results, alignCorners);
}

/** Position ⌊o · cells / results⌋; with aligned corners the one nearest to o · (cells − 1) / (results − 1), halves upwards. */
function nearest(cells: number, results: number, alignCorners: boolean): SparseMatrix {
  const column = (result: number): number => {
    if (!alignCorners) return Math.floor((result * cells) / results);
    if (results === 1) return 0;
    return Math.floor((2 * result * (cells - 1) + results - 1) / (2 * (results - 1)));
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

/** The border mirrored at the outermost positions, which are not repeated, or filled with them. */
export function border(cells: number, margins: Margins, mode: "reflect" | "edge"): SparseMatrix {
  const period = Math.max(1, 2 * (cells - 1));
  return sparseMatrix(margins.before + cells + margins.after, cells, (row) => {
    const place = row - margins.before;
    if (mode === "edge") return [{ column: Math.min(Math.max(place, 0), cells - 1), weight: 1 }];
    const turn = ((place % period) + period) % period;
    return [{ column: turn < cells ? turn : period - turn, weight: 1 }];
  });
}
