/**
 * Depthwise convolution on a padded feature map ("valid"), one filter per channel, any stride or dilation, with its gradient.
 *
 * TensorFlow.js has no kernels for the gradients on WebAssembly, and for a dilation on no backend. A stride is undone by zeros
 * between the positions of dy; then dX is the depthwise convolution with the filter rotated by 180°, and dW a sum for each tap, for
 * which WebAssembly has a kernel of ours.
 */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { runOwnKernel } from "../own-kernel.ts";
import { channelSum } from "./channelwise.ts";
import { everyNth, withZerosBetween } from "./every-nth.ts";
import { withGradient } from "./with-gradient.ts";

/** @param filter [kernel height, kernel width, 1, channels] */
export function depthwiseConvolve(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  stride: PerAxis<number>,
  dilation: PerAxis<number>,
): Tensor4D {
  const strided = stride[0] > 1 || stride[1] > 1;
  // TensorFlow.js refuses a stride together with a dilation.
  if (strided && (dilation[0] > 1 || dilation[1] > 1)) {
    return everyNth(tf, depthwiseConvolve(tf, x, filter, [1, 1], dilation), stride);
  }
  return withGradient(
    tf,
    [x, filter],
    (map, kernel) => ({
      value: forward(tf, map, kernel, stride, dilation),
      saved: [map, kernel],
    }),
    (gradient, [input, weights]) => {
      const height = input.shape[1] - (weights.shape[0] - 1) * dilation[0];
      const width = input.shape[2] - (weights.shape[1] - 1) * dilation[1];
      const dense = strided ? withZerosBetween(tf, gradient, stride, [height, width]) : gradient;
      return [
        inputGradient(tf, dense, weights, dilation),
        runOwnKernel<Tensor4D>(
          tf,
          "DepthwiseFilterGradient",
          { x: input, dy: gradient },
          { filterShape: weights.shape, stride, dilation },
        ) ?? filterGradient(tf, input, dense, weights.shape, dilation),
      ];
    },
  );
}

function forward(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  stride: PerAxis<number>,
  dilation: PerAxis<number>,
): Tensor4D {
  const [height, width, , channels] = filter.shape;
  // The backends expect [kernel height, kernel width, channels, multiplier].
  const kernel = tf.reshape(filter, [height, width, channels, 1]) as Tensor4D; // rank 4
  return tf.depthwiseConv2d(x, kernel, [stride[0], stride[1]], "valid", "NHWC", [dilation[0], dilation[1]]);
}

function inputGradient(
  tf: TensorFlow,
  gradient: Tensor4D,
  filter: Tensor4D,
  dilation: PerAxis<number>,
): Tensor4D {
  const reachY = (filter.shape[0] - 1) * dilation[0];
  const reachX = (filter.shape[1] - 1) * dilation[1];
  const padded = tf.pad(gradient, [
    [0, 0],
    [reachY, reachY],
    [reachX, reachX],
    [0, 0],
  ]);
  return forward(tf, padded, tf.reverse(filter, [0, 1]), [1, 1], dilation);
}

function filterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  gradient: Tensor4D,
  filterShape: readonly [number, number, number, number],
  dilation: PerAxis<number>,
): Tensor4D {
  const taps: Tensor1D[] = [];
  for (let i = 0; i < filterShape[0]; i++) {
    for (let j = 0; j < filterShape[1]; j++) {
      const shifted = tf.slice(x, [0, i * dilation[0], j * dilation[1], 0], gradient.shape);
      taps.push(channelSum(tf, tf.mul(shifted, gradient)));
    }
  }
  return tf.reshape(tf.concat(taps, 0), [...filterShape]);
}
