/** Products of matrices in float64, several rows at a time: each value that is read takes part in several products. */

/** A part of a matrix of which rows follow each other. */
export interface Rows {
  readonly data: Float64Array;
  readonly from: number;
  /** Values from one row to the next. */
  readonly stride: number;
}

/** A part of a matrix whose rows or columns may follow each other. */
export interface Entries {
  readonly data: Float64Array;
  readonly from: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** y [m, n] += a [m, k] · b [k, n] */
export function addProducts(y: Rows, a: Entries, b: Rows, m: number, k: number, n: number): void {
  const [sums, values, factors] = [y.data, b.data, a.data];
  for (let row = 0; row < m; row += 2) {
    const pair = row + 1 < m;
    const first = y.from + row * y.stride;
    const second = pair ? first + y.stride : first;
    const upper = a.from + row * a.rowStride;
    const lower = upper + a.rowStride;
    let i = 0;
    for (; i + 3 < k; i += 4) {
      const at = upper + i * a.columnStride;
      const below = lower + i * a.columnStride;
      const [a0, a1, a2, a3] = four(factors, at, a.columnStride);
      const b0 = b.from + i * b.stride;
      const [b1, b2, b3] = [b0 + b.stride, b0 + 2 * b.stride, b0 + 3 * b.stride];
      if (!pair) {
        for (let j = 0; j < n; j++) {
          sums[first + j] =
            (sums[first + j] ?? 0) +
            a0 * (values[b0 + j] ?? 0) +
            a1 * (values[b1 + j] ?? 0) +
            a2 * (values[b2 + j] ?? 0) +
            a3 * (values[b3 + j] ?? 0);
        }
        continue;
      }
      const [c0, c1, c2, c3] = four(factors, below, a.columnStride);
      for (let j = 0; j < n; j++) {
        const v0 = values[b0 + j] ?? 0;
        const v1 = values[b1 + j] ?? 0;
        const v2 = values[b2 + j] ?? 0;
        const v3 = values[b3 + j] ?? 0;
        sums[first + j] = (sums[first + j] ?? 0) + a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3;
        sums[second + j] = (sums[second + j] ?? 0) + c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3;
      }
    }
    for (; i < k; i++) {
      const a0 = factors[upper + i * a.columnStride] ?? 0;
      const c0 = pair ? (factors[lower + i * a.columnStride] ?? 0) : 0;
      const b0 = b.from + i * b.stride;
      for (let j = 0; j < n; j++) {
        const v0 = values[b0 + j] ?? 0;
        sums[first + j] = (sums[first + j] ?? 0) + a0 * v0;
        if (pair) sums[second + j] = (sums[second + j] ?? 0) + c0 * v0;
      }
    }
  }
}

function four(values: Float64Array, from: number, stride: number): readonly [number, number, number, number] {
  return [
    values[from] ?? 0,
    values[from + stride] ?? 0,
    values[from + 2 * stride] ?? 0,
    values[from + 3 * stride] ?? 0,
  ];
}

/** y [m, n] += a [m, k] · bᵀ, where b is [n, k] */
export function addDots(y: Rows, a: Rows, b: Rows, m: number, k: number, n: number): void {
  const [sums, left, right] = [y.data, a.data, b.data];
  for (let row = 0; row < m; row += 2) {
    const pair = row + 1 < m;
    const upper = a.from + row * a.stride;
    const lower = pair ? upper + a.stride : upper;
    const first = y.from + row * y.stride;
    const second = first + y.stride;
    for (let column = 0; column < n; column += 2) {
      const both = column + 1 < n;
      const b0 = b.from + column * b.stride;
      const b1 = both ? b0 + b.stride : b0;
      let [s00, s01, s10, s11] = [0, 0, 0, 0];
      for (let i = 0; i < k; i++) {
        const u = left[upper + i] ?? 0;
        const l = left[lower + i] ?? 0;
        const v = right[b0 + i] ?? 0;
        const w = right[b1 + i] ?? 0;
        s00 += u * v;
        s01 += u * w;
        s10 += l * v;
        s11 += l * w;
      }
      sums[first + column] = (sums[first + column] ?? 0) + s00;
      if (both) sums[first + column + 1] = (sums[first + column + 1] ?? 0) + s01;
      if (pair) sums[second + column] = (sums[second + column] ?? 0) + s10;
      if (pair && both) sums[second + column + 1] = (sums[second + column + 1] ?? 0) + s11;
    }
  }
}
