/**
 * A sparse matrix along one axis of a feature map, with its gradient: the matrix's transpose.
 *
 * Average pooling, resampling, bed of nails and reflected or repeated borders are one such matrix for each axis. WebAssembly
 * has a kernel for it; elsewhere it is a dense matrix product.
 */

import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { runOwnKernel } from "../own-kernel.ts";
import { withGradient } from "./with-gradient.ts";

/** Compressed rows: row r holds weights[k] at columns[k] for starts[r] ≤ k < starts[r + 1]. */
export interface SparseMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float32Array;
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
  const starts = new Int32Array(rowCount + 1);
  const columns: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (const { column, weight } of entriesOf(row)) {
      columns.push(column);
      weights.push(weight);
    }
    starts[row + 1] = columns.length;
  }
  return {
    rowCount,
    columnCount,
    starts,
    columns: Int32Array.from(columns),
    weights: Float32Array.from(weights),
  };
}

function transposed(matrix: SparseMatrix): SparseMatrix {
  const rows: Entry[][] = Array.from({ length: matrix.columnCount }, () => []);
  for (let row = 0; row < matrix.rowCount; row++) {
    for (let k = matrix.starts[row] ?? 0; k < (matrix.starts[row + 1] ?? 0); k++) {
      rows[matrix.columns[k] ?? 0]?.push({ column: row, weight: matrix.weights[k] ?? 0 });
    }
  }
  return sparseMatrix(matrix.columnCount, matrix.rowCount, (row) => rows[row] ?? []);
}

/** @param axis 0: along the height, 1: along the width. */
export function alongAxis(tf: TensorFlow, x: Tensor4D, matrix: SparseMatrix, axis: 0 | 1): Tensor4D {
  return withGradient(
    tf,
    [x],
    (map) => ({
      value: product(tf, map, matrix, axis),
      saved: [],
    }),
    (dy) => [product(tf, dy, transposed(matrix), axis)],
  );
}

function product(tf: TensorFlow, x: Tensor4D, matrix: SparseMatrix, axis: 0 | 1): Tensor4D {
  const own = runOwnKernel<Tensor4D>(tf, "AxisMap", { x }, { matrix, axis });
  if (own !== undefined) return own;
  const { rowCount, columnCount } = matrix;
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const left = tf.tensor2d(dense(matrix), [rowCount, columnCount]);
    const first = axis === 0 ? [1, 0, 2, 3] : [2, 0, 1, 3];
    const right = tf.reshape(tf.transpose(x, first), [columnCount, x.size / columnCount]);
    const result = tf.matMul<Tensor>(left, right);
    return axis === 0
      ? tf.transpose(tf.reshape(result, [rowCount, batch, width, channels]), [1, 0, 2, 3])
      : tf.transpose(tf.reshape(result, [rowCount, batch, height, channels]), [1, 2, 0, 3]);
  });
}

function dense(matrix: SparseMatrix): Float32Array {
  const values = new Float32Array(matrix.rowCount * matrix.columnCount);
  for (let row = 0; row < matrix.rowCount; row++) {
    for (let k = matrix.starts[row] ?? 0; k < (matrix.starts[row + 1] ?? 0); k++) {
      const at = row * matrix.columnCount + (matrix.columns[k] ?? 0);
      values[at] = (values[at] ?? 0) + (matrix.weights[k] ?? 0);
    }
  }
  return values;
}
