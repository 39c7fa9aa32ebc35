/** A sparse matrix along the middle axis of three. */

import type { TensorInfo } from "@tensorflow/tfjs";
import type { SparseMatrix } from "../../../../compiler/geometry/sparse-matrix.ts";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

export function axisMap(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo },
  { matrix }: { readonly matrix: SparseMatrix },
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [outer = 1, , inner = 1] = inputs.x.shape;
    const { rowCount, columnCount, starts, columns, weights } = matrix;
    const result = heap.output([outer, rowCount, inner]);
    const target = heap.floats(result).fill(0);
    const source = heap.floats(inputs.x);
    for (let o = 0; o < outer; o++) {
      for (let row = 0; row < rowCount; row++) {
        const to = (o * rowCount + row) * inner;
        const end = starts[row + 1] ?? 0;
        for (let k = starts[row] ?? 0; k < end; k++) {
          const from = (o * columnCount + (columns[k] ?? 0)) * inner;
          const weight = Math.fround(weights[k] ?? 0);
          for (let i = 0; i < inner; i++)
            target[to + i] = (target[to + i] ?? 0) + weight * (source[from + i] ?? 0);
        }
      }
    }
    return result;
  });
}
