/** The gradient of a depthwise convolution with respect to its filter, in one pass over the feature maps. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

export interface DepthwiseFilterGradientAttributes {
  /** [kernel height, kernel width, 1, channels] */
  readonly filterShape: readonly [number, number, number, number];
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
}

/** dW[i, j, c] = Σ over images and positions of x[s·y + d·i, s·x + d·j, c] · dy[y, x, c], summed in float64. */
export function depthwiseFilterGradient(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo; readonly dy: TensorInfo },
  { filterShape, stride, dilation }: DepthwiseFilterGradientAttributes,
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [kernelHeight, kernelWidth, , channels] = filterShape;
    const [, height = 0, width = 0] = inputs.x.shape;
    const [batch = 0, rows = 0, columns = 0] = inputs.dy.shape;
    const result = heap.output(filterShape);
    const source = heap.floats(inputs.x);
    const gradient = heap.floats(inputs.dy);
    const sums = new Float64Array(kernelHeight * kernelWidth * channels);
    for (let b = 0; b < batch; b++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const at = ((b * rows + row) * columns + column) * channels;
          for (let i = 0; i < kernelHeight; i++) {
            const line = (b * height + row * stride[0] + i * dilation[0]) * width + column * stride[1];
            for (let j = 0; j < kernelWidth; j++) {
              const from = (line + j * dilation[1]) * channels;
              const tap = (i * kernelWidth + j) * channels;
              for (let c = 0; c < channels; c++) {
                sums[tap + c] = (sums[tap + c] ?? 0) + (source[from + c] ?? 0) * (gradient[at + c] ?? 0);
              }
            }
          }
        }
      }
    }
    heap.floats(result).set(sums);
    return result;
  });
}
