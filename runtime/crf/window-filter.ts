/** Gaussian sums over the positions of a window around each position of a feature map, exact: a locally connected random field in place of a fully connected one. */
import { checkLengths, type GaussianFilter } from "./gaussian-filter.ts";

export interface WindowTables {
  /** Positions of a window. */
  readonly count: number;
  /** [point, count]: the positions of each window; outside the feature map, the point itself with a share of 0. */
  readonly neighbours: Int32Array;
  readonly shares: Float32Array;
}

/** K_ij as in a fully connected random field where j is in the window around i, else 0. It is symmetric. */
export class WindowFilter implements GaussianFilter {
  readonly points: number;
  readonly tables: WindowTables;

  private constructor(points: number, tables: WindowTables) {
    this.points = points;
    this.tables = tables;
  }

  /**
   * Builds filters over feature maps of that size.
   * @param window height and width, odd
   * @returns a function of features [points in row order, dimensions], in units of standard deviations
   */
  static over(
    [height, width]: readonly [height: number, width: number],
    [rows, columns]: readonly [rows: number, columns: number],
  ): (features: Float32Array, dimensions: number) => WindowFilter {
    return (features, dimensions) => {
      const points = height * width;
      checkLengths(points, dimensions, features);
      const count = rows * columns;
      const neighbours = new Int32Array(points * count);
      const shares = new Float32Array(points * count);
      let at = 0;
      for (let point = 0; point < points; point++) {
        const [y, x] = [Math.floor(point / width), point % width];
        for (let row = y - (rows - 1) / 2; row <= y + (rows - 1) / 2; row++) {
          for (let column = x - (columns - 1) / 2; column <= x + (columns - 1) / 2; column++, at++) {
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            const other = inside ? row * width + column : point;
            neighbours[at] = other;
            if (inside) shares[at] = gaussian(features, dimensions, point, other);
          }
        }
      }
      return new WindowFilter(points, { count, neighbours, shares });
    };
  }

  accumulate(values: Float32Array, channels: number, factor: number, target: Float32Array): void {
    checkLengths(this.points, channels, values, target);
    const { count, neighbours, shares } = this.tables;
    const sums = new Float64Array(channels); // of one point, in double precision
    for (let point = 0, i = 0; point < this.points; point++) {
      sums.fill(0);
      for (const end = i + count; i < end; i++) {
        const share = shares[i] ?? 0;
        const from = (neighbours[i] ?? 0) * channels;
        for (let c = 0; c < channels; c++) sums[c] = (sums[c] ?? 0) + share * (values[from + c] ?? 0);
      }
      const to = point * channels;
      for (let c = 0; c < channels; c++) target[to + c] = (target[to + c] ?? 0) + factor * (sums[c] ?? 0);
    }
  }

  scaled(factors: Float32Array): WindowFilter {
    checkLengths(this.points, 1, factors);
    const { count, neighbours, shares } = this.tables;
    const products = shares.map(
      (share, i) => share * ((factors[Math.floor(i / count)] ?? 0) * (factors[neighbours[i] ?? 0] ?? 0)),
    );
    return new WindowFilter(this.points, { count, neighbours, shares: products });
  }
}

function gaussian(features: Float32Array, dimensions: number, a: number, b: number): number {
  let squared = 0;
  for (let d = 0; d < dimensions; d++)
    squared += ((features[a * dimensions + d] ?? 0) - (features[b * dimensions + d] ?? 0)) ** 2;
  return Math.exp(-squared / 2);
}
