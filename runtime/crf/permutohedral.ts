/**
 * High-dimensional Gaussian filtering on the permutohedral lattice (Adams, Baek & Davis 2010), linear in the points.
 *
 * Values are splatted onto the vertices around each point, blurred along the d + 1 directions of the lattice by ½ 1 ½, and
 * sliced at the points again. The result approximates Σ_j exp(−|f_i − f_j|² / 2) v_j: the kernel has a Gaussian's variance and
 * its integral, a bounded support, and depends a little on where in its simplex a point is; and a vertex that no point
 * touches passes nothing on, so that sparse points receive less from each other. docs/crf.md has the error measured.
 */
import { blurChains } from "./blur-chains.ts";
import { checkLengths, type GaussianFilter } from "./gaussian-filter.ts";
import { latticeChains } from "./lattice-chains.ts";
import { type LatticeCorners, latticeCorners } from "./lattice-corners.ts";
import { VertexTable } from "./vertex-table.ts";

interface Lattice extends Omit<LatticeCorners, "shares"> {
  readonly points: number;
  readonly dimensions: number;
  /** Those that some point touches. */
  readonly vertices: number;
  /** For each direction, as `latticeChains` gives them. */
  readonly chains: readonly Int32Array[];
}

export interface LatticeTables extends LatticeCorners {
  readonly vertices: number;
  /** For each direction, as `latticeChains` gives them. */
  readonly chains: readonly Int32Array[];
  /** What is sliced, times this, approximates the sums. */
  readonly gain: number;
}

export class PermutohedralLattice implements GaussianFilter {
  readonly #lattice: Lattice;
  /** [point, stride]: the shares of a point's corners. */
  readonly #shares: Float32Array;

  private constructor(lattice: Lattice, shares: Float32Array) {
    this.#lattice = lattice;
    this.#shares = shares;
  }

  /**
   * @param features [points, dimensions], in units of standard deviations
   * @throws RangeError when features are not whole points, not finite, or further from 0 than 2^31 lattice steps
   */
  static of(features: Float32Array, dimensions: number): PermutohedralLattice {
    const points = features.length / dimensions;
    if (!Number.isInteger(points) || dimensions < 1) {
      throw new RangeError(`${features.length} features are no points of ${dimensions} dimensions`);
    }
    // √(2/3)·(d + 1) steps a deviation, and a coordinate adds up d features.
    const most = 2 ** 31 / (dimensions + 1) ** 2;
    if (!features.every((feature) => Math.abs(feature) < most)) {
      throw new RangeError(`a feature is not a number between -${most} and ${most} standard deviations`);
    }
    const table = new VertexTable(dimensions, points / 4);
    const { stride, corners, shares } = latticeCorners(features, table);
    const chains = Array.from({ length: dimensions + 1 }, (_, axis) => latticeChains(table, axis));
    const vertices = table.size;
    return new PermutohedralLattice({ points, dimensions, vertices, stride, corners, chains }, shares);
  }

  get points(): number {
    return this.#lattice.points;
  }

  /** Vertices of the lattice that some point touches. */
  get vertices(): number {
    return this.#lattice.vertices;
  }

  /** The lattice as plain arrays, for engines that filter on their own device. */
  get tables(): LatticeTables {
    const { corners, stride, vertices, chains } = this.#lattice;
    return { corners, stride, vertices, chains, shares: this.#shares, gain: this.#gain };
  }

  accumulate(
    values: Float32Array,
    channels: number,
    factor: number,
    target: Float32Array,
    transposed = false,
  ): void {
    const { points, chains } = this.#lattice;
    checkLengths(points, channels, values, target);
    const sums = this.#splat(values, channels);
    // The blur along one direction is symmetric; those along several do not commute where vertices are missing.
    for (const chain of transposed ? chains.toReversed() : chains) blurChains(sums, channels, chain);
    this.#slice(sums, channels, factor * this.#gain, target);
  }

  /** Splat and slice sum to one at each point and each ½ 1 ½ to two; a lattice cell has (3/2)^(d/2) / √(d+1) cubic deviations. */
  get #gain(): number {
    const { dimensions } = this.#lattice;
    const cell = 1.5 ** (dimensions / 2) / Math.sqrt(dimensions + 1);
    return (2 * Math.PI) ** (dimensions / 2) / cell / 2 ** (dimensions + 1);
  }

  scaled(factors: Float32Array): PermutohedralLattice {
    checkLengths(this.points, 1, factors);
    const { stride } = this.#lattice;
    const shares = this.#shares.map((share, i) => share * (factors[Math.floor(i / stride)] ?? 0));
    return new PermutohedralLattice(this.#lattice, shares);
  }

  /** [1 + vertices, channels]; the first row, of no vertex, is zero. */
  #splat(values: Float32Array, channels: number): Float32Array {
    const { corners, vertices, points, stride } = this.#lattice;
    const shares = this.#shares;
    const sums = new Float32Array((vertices + 1) * channels);
    for (let point = 0, i = 0; point < points; point++) {
      const from = point * channels;
      for (const end = (point + 1) * stride; i < end; i += 3) {
        const [p, q, r] = [shares[i] ?? 0, shares[i + 1] ?? 0, shares[i + 2] ?? 0];
        const a = (corners[i] ?? 0) * channels;
        const b = (corners[i + 1] ?? 0) * channels;
        const d = (corners[i + 2] ?? 0) * channels;
        for (let c = 0; c < channels; c++) {
          const value = values[from + c] ?? 0;
          sums[a + c] = (sums[a + c] ?? 0) + p * value;
          sums[b + c] = (sums[b + c] ?? 0) + q * value;
          sums[d + c] = (sums[d + c] ?? 0) + r * value;
        }
      }
    }
    return sums;
  }

  #slice(sums: Float32Array, channels: number, factor: number, target: Float32Array): void {
    const { corners, points, stride } = this.#lattice;
    const shares = this.#shares;
    for (let point = 0, i = 0; point < points; point++) {
      const to = point * channels;
      for (const end = (point + 1) * stride; i < end; i += 3) {
        const p = factor * (shares[i] ?? 0);
        const q = factor * (shares[i + 1] ?? 0);
        const r = factor * (shares[i + 2] ?? 0);
        const a = (corners[i] ?? 0) * channels;
        const b = (corners[i + 1] ?? 0) * channels;
        const d = (corners[i + 2] ?? 0) * channels;
        for (let c = 0; c < channels; c++) {
          target[to + c] =
            (target[to + c] ?? 0) + p * (sums[a + c] ?? 0) + q * (sums[b + c] ?? 0) + r * (sums[d + c] ?? 0);
        }
      }
    }
  }
}
