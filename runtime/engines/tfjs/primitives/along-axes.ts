/** Products of matrices, matrices along an axis, and order along an axis. */
import type { SparseMatrix } from "../../../../compiler/geometry/sparse-matrix.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { rowMajor, storedShape } from "../axis-order.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Tensor, TensorFlow } from "../types.ts";
import type { PrimitiveKernels } from "./kernel-call.ts";

export const matmul: PrimitiveKernels<"matmul"> = (call) => {
  const { tf, operands, results } = call;
  for (const place of [0, 1]) call.take(place, rowMajor(operands[place]?.shape ?? []));
  const shape = results[0]?.shape ?? [];
  return {
    results: [{ order: rowMajor(shape) }],
    run: ([a, b]) => {
      if (a === undefined || b === undefined) throw new Error("matmul has two operands");
      return [tf.matMul(a, b)];
    },
  };
};

export const axisMap: PrimitiveKernels<"axis_map"> = (call) => {
  const {
    tf,
    attributes: { axis, matrix },
    results,
  } = call;
  const x = call.asStored(0);
  const { order } = x;
  const stored = storedShape(x);
  const place = order.indexOf(axis);
  const outer = elementCount(stored.slice(0, place));
  const inner = elementCount(stored.slice(place + 1));
  const result = storedShape({ shape: results[0]?.shape ?? [], order });
  return {
    results: [{ order }],
    run: ([map]) => {
      if (map === undefined) throw new Error("axis_map has an operand");
      const planes = tf.reshape(map, [outer, matrix.columnCount, inner]);
      return [tf.reshape(alongAxis(tf, planes, matrix), result)];
    },
  };
};

/** Few elements of a dense matrix for each of a sparse one. */
const denseShare = 1 / 8;

/** Along the middle axis of three. */
function alongAxis(tf: TensorFlow, x: Tensor, matrix: SparseMatrix): Tensor {
  const [outer = 1, , inner = 1] = x.shape;
  const { rowCount, columnCount, weights } = matrix;
  const sparse = inner > 1 || weights.length < denseShare * rowCount * columnCount;
  const own = sparse ? runOwnKernel<Tensor>(tf, "AxisMap", { x }, { matrix }) : undefined;
  if (own !== undefined) return own;
  const left = tf.tensor2d(dense(matrix), [rowCount, columnCount]);
  if (inner === 1) return tf.matMul(tf.reshape(x, [outer, columnCount]), tf.transpose(left));
  const rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [columnCount, outer * inner]);
  return tf.transpose(tf.reshape(tf.matMul<Tensor>(left, rows), [rowCount, outer, inner]), [1, 0, 2]);
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

export const argmax: PrimitiveKernels<"argmax"> = (call) => {
  const {
    tf,
    attributes: { axis },
  } = call;
  const x = call.asStored(0);
  const place = x.order.indexOf(axis);
  const shape = storedShape(x).with(place, 1);
  return {
    results: [{ order: x.order }],
    run: ([map]) => {
      if (map === undefined) throw new Error("argmax has an operand");
      return [
        runOwnKernel<Tensor>(tf, "FirstLargest", { x: map }, { axis: place }) ??
          tf.reshape(tf.argMax(map, place), shape),
      ];
    },
  };
};

export const cumulativeSum: PrimitiveKernels<"cumulative_sum"> = (call) => {
  const {
    tf,
    attributes: { axis, reverse },
  } = call;
  const { order } = call.asStored(0);
  return {
    results: [{ order }],
    run: ([x]) => {
      if (x === undefined) throw new Error("cumulative_sum has an operand");
      const place = order.indexOf(axis);
      // WebGPU sums no axis in reverse
      const turned = (one: Tensor): Tensor => (reverse ? tf.reverse(one, place) : one);
      return [turned(tf.cumsum(turned(x), place))];
    },
  };
};
