/** A sparse matrix along one axis of a feature map on WebAssembly (see gradients/axis-map.ts). */

import type { TensorInfo } from "@tensorflow/tfjs";
import type { SparseMatrix } from "../../../../compiler/geometry/sparse-matrix.ts";
import type { TensorFlow } from "../lowering.ts";
import { withHeap } from "./wasm-heap.ts";

export function wasmAxisMap(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo },
  { matrix, axis }: { readonly matrix: SparseMatrix; readonly axis: 0 | 1 },
  backend: unknown,
): TensorInfo {
  return withHeap(tf, backend, (heap) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = inputs.x.shape;
    const { rowCount, columnCount, starts, columns, weights } = matrix;
    const result = heap.output(
      axis === 0 ? [batch, rowCount, width, channels] : [batch, height, rowCount, channels],
    );
    const outer = axis === 0 ? batch : batch * height;
    const inner = axis === 0 ? width * channels : channels;
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
