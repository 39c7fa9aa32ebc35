/**
 * A sparse matrix along one axis of a feature map (compiler/geometry/sparse-matrix.ts), with its gradient: the matrix's transpose.
 *
 * Average pooling, resampling, bed of nails and reflected or repeated borders are one such matrix for each axis. WebAssembly
 * has a kernel for it; elsewhere it is a dense matrix product.
 */
import { type SparseMatrix, transposed } from "../../../../compiler/geometry/sparse-matrix.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { runOwnKernel } from "../own-kernel.ts";
import { withGradient } from "./with-gradient.ts";

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
