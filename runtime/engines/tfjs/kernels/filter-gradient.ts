/** The gradient of a convolution with respect to its filter where tensors are arrays, one element of the kernel after another. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";
import { convolutionInfo, type FilterGradientAttributes } from "./filter-gradient-plan.ts";

/**
 * dW[i, j, c, o] = Σ over images and positions of x[s·y + d·i, s·x + d·j, c] · dy[y, x, o], summed in float64. TensorFlow.js's own
 * kernel asks two buffers for every product, which takes tens of times as long, and knows no dilation.
 */
export function filterGradient(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo; readonly dy: TensorInfo },
  attributes: FilterGradientAttributes,
): TensorInfo {
  return onArrays(tf, (heap) => {
    const { filterShape } = attributes;
    const [kernelHeight, kernelWidth, channels, outputs] = filterShape;
    const info = convolutionInfo(tf, inputs.x.shape, attributes);
    const { batchSize: batch, inHeight: height, inWidth: width, outHeight: rows, outWidth: columns } = info;
    const result = heap.output(filterShape);
    const source = heap.floats(inputs.x);
    const gradient = heap.floats(inputs.dy);
    const target = heap.floats(result);
    const sums = new Float64Array(outputs);
    for (let i = 0; i < kernelHeight; i++) {
      const down = i * info.dilationHeight - info.padInfo.top;
      const [top, bottom] = inside(down, info.strideHeight, height, rows);
      for (let j = 0; j < kernelWidth; j++) {
        const across = j * info.dilationWidth - info.padInfo.left;
        const [left, right] = inside(across, info.strideWidth, width, columns);
        for (let c = 0; c < channels; c++) {
          sums.fill(0);
          for (let b = 0; b < batch; b++) {
            for (let row = top; row < bottom; row++) {
              const line = (b * height + row * info.strideHeight + down) * width + across;
              for (let column = left; column < right; column++) {
                const value = source[(line + column * info.strideWidth) * channels + c] ?? 0;
                const at = ((b * rows + row) * columns + column) * outputs;
                for (let o = 0; o < outputs; o++) sums[o] = (sums[o] ?? 0) + value * (gradient[at + o] ?? 0);
              }
            }
          }
          target.set(sums, ((i * kernelWidth + j) * channels + c) * outputs);
        }
      }
    }
    return result;
  });
}

/** The first position, and the one after the last, of `count` whose element of the kernel is not in the padding. */
function inside(distance: number, stride: number, extent: number, count: number): readonly [number, number] {
  const first = Math.max(0, Math.ceil(-distance / stride));
  return [first, Math.min(count, Math.floor((extent - 1 - distance) / stride) + 1)];
}
