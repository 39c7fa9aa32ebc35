/** A sparse matrix in compressed rows, and its product along one axis of a tensor. */

/** Row r holds weights[k] at columns[k] for starts[r] ≤ k < starts[r + 1]. */
export interface SparseMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

export interface Entry {
  readonly column: number;
  readonly weight: number;
}

/** @param entriesOf what row r holds; entries of one column add. */
export function sparseMatrix(
  rowCount: number,
  columnCount: number,
  entriesOf: (row: number) => readonly Entry[],
): SparseMatrix {
  const rows = Array.from({ length: rowCount }, (_, row) => entriesOf(row));
  const entries = rows.flat();
  const starts = new Int32Array(rowCount + 1);
  for (const [row, { length }] of rows.entries()) starts[row + 1] = (starts[row] ?? 0) + length;
  return {
    rowCount,
    columnCount,
    starts,
    columns: Int32Array.from(entries, ({ column }) => column),
    weights: Float64Array.from(entries, ({ weight }) => weight),
  };
}

export function rowOf({ starts, columns, weights }: SparseMatrix, row: number): readonly Entry[] {
  const [start = 0, end = 0] = [starts[row], starts[row + 1]];
  return Array.from({ length: end - start }, (_, i) => ({
    column: columns[start + i] ?? 0,
    weight: weights[start + i] ?? 0,
  }));
}

export function transposed(matrix: SparseMatrix): SparseMatrix {
  const rows: Entry[][] = Array.from({ length: matrix.columnCount }, () => []);
  for (let row = 0; row < matrix.rowCount; row++) {
    for (const { column, weight } of rowOf(matrix, row)) rows[column]?.push({ column: row, weight });
  }
  return sparseMatrix(matrix.columnCount, matrix.rowCount, (row) => rows[row] ?? []);
}

/**
 * @param x [outer, columns, inner]
 * @returns [outer, rows, inner]
 */
export function alongAxis(matrix: SparseMatrix, x: Float64Array, outer: number, inner: number): Float64Array {
  const { rowCount, columnCount, starts, columns, weights } = matrix;
  const result = new Float64Array(outer * rowCount * inner);
  for (let o = 0; o < outer; o++) {
    for (let row = 0; row < rowCount; row++) {
      const to = (o * rowCount + row) * inner;
      for (let k = starts[row] ?? 0; k < (starts[row + 1] ?? 0); k++) {
        const weight = weights[k] ?? 0;
        const from = (o * columnCount + (columns[k] ?? 0)) * inner;
        for (let i = 0; i < inner; i++) result[to + i] = (result[to + i] ?? 0) + weight * (x[from + i] ?? 0);
      }
    }
  }
  return result;
}
