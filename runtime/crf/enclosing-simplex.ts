/**
 * The simplex of the permutohedral lattice around a point: its vertices and the point's barycentric coordinates
 * (Adams, Baek & Davis 2010, sections 3.1 and 3.2).
 *
 * The lattice is (d + 1)·A*_d in the hyperplane Σ x = 0 of d + 1 coordinates. All coordinates of a vertex have one remainder
 * modulo d + 1; every simplex has one vertex of each remainder 0 … d. Features are stretched by (d + 1)·√(2/3): splat,
 * blur and slice then have the variance of one standard deviation together (section 3.3).
 */
export class EnclosingSimplex {
  readonly dimensions: number;
  /** The vertex of remainder 0, d + 1 coordinates. */
  readonly origin: Int32Array;
  /** The place of each coordinate when the point's offsets from `origin` are sorted, the largest first. */
  readonly rank: Int32Array;
  /** Of the vertices of remainder 0 … d; they sum to one. */
  readonly barycentric: Float64Array;
  readonly #stretch: Float64Array;
  readonly #elevated: Float64Array;

  constructor(dimensions: number) {
    const corners = dimensions + 1;
    this.dimensions = dimensions;
    this.origin = new Int32Array(corners);
    this.rank = new Int32Array(corners);
    this.barycentric = new Float64Array(corners + 1); // the last is scratch
    this.#elevated = new Float64Array(corners);
    this.#stretch = Float64Array.from(
      { length: dimensions },
      (_, i) => (corners * Math.sqrt(2 / 3)) / Math.sqrt((i + 1) * (i + 2)),
    );
  }

  /** Finds the simplex of the point whose features begin at `start`. */
  locate(features: Float32Array, start: number): void {
    this.#elevate(features, start);
    this.#round();
    this.#weigh();
  }

  /** Coordinate `axis` of the vertex of that remainder. */
  coordinate(remainder: number, axis: number): number {
    const below = (this.rank[axis] ?? 0) <= this.dimensions - remainder;
    return (this.origin[axis] ?? 0) + remainder - (below ? 0 : this.dimensions + 1);
  }

  /** Into the hyperplane Σ x = 0, by a triangular basis. */
  #elevate(features: Float32Array, start: number): void {
    const elevated = this.#elevated;
    let sum = 0;
    for (let i = this.dimensions; i > 0; i--) {
      const value = (features[start + i - 1] ?? 0) * (this.#stretch[i - 1] ?? 0);
      elevated[i] = sum - i * value;
      sum += value;
    }
    elevated[0] = sum;
  }

  /** The nearest vertex of remainder 0: the nearest multiples, moved back to Σ x = 0 where rounding went furthest. */
  #round(): void {
    const { origin, rank } = this;
    const elevated = this.#elevated;
    const corners = this.dimensions + 1;
    let sum = 0;
    for (let i = 0; i < corners; i++) {
      const multiple = Math.round((elevated[i] ?? 0) / corners);
      origin[i] = multiple * corners;
      rank[i] = 0;
      sum += multiple;
    }
    for (let i = 0; i < corners; i++) {
      const offset = (elevated[i] ?? 0) - (origin[i] ?? 0);
      for (let j = i + 1; j < corners; j++) {
        const later = offset < (elevated[j] ?? 0) - (origin[j] ?? 0) ? i : j;
        rank[later] = (rank[later] ?? 0) + 1;
      }
    }
    if (sum === 0) return;
    for (let i = 0; i < corners; i++) {
      const moved = (rank[i] ?? 0) + sum;
      const turns = moved < 0 ? 1 : moved >= corners ? -1 : 0;
      origin[i] = (origin[i] ?? 0) + turns * corners;
      rank[i] = moved + turns * corners;
    }
  }

  #weigh(): void {
    const { dimensions, barycentric, origin, rank } = this;
    barycentric.fill(0);
    for (let i = 0; i <= dimensions; i++) {
      const share = ((this.#elevated[i] ?? 0) - (origin[i] ?? 0)) / (dimensions + 1);
      const at = dimensions - (rank[i] ?? 0);
      barycentric[at] = (barycentric[at] ?? 0) + share;
      barycentric[at + 1] = (barycentric[at + 1] ?? 0) - share;
    }
    barycentric[0] = (barycentric[0] ?? 0) + 1 + (barycentric[dimensions + 1] ?? 0);
  }
}
