/**
 * Convolution on a padded feature map ("valid"), differentiable for every stride and dilation.
 *
 * TensorFlow.js has no gradient of a dilated convolution. With dilation d, dX is the convolution of dy, padded by
 * (k − 1)·d, with the filter turned round and transposed, at the same dilation; dW of tap (i, j) is the matrix product of the
 * input shifted by (d·i, d·j) and dy.
 */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { runOwnKernel } from "../own-kernel.ts";
import { everyNth } from "./every-nth.ts";
import { withGradient } from "./with-gradient.ts";

export interface Convolution {
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
  /** "same" only with stride 1 and dilation 1: ⌊(k − 1)/2⌋ zeros before, ⌈(k − 1)/2⌉ after. */
  readonly padding: "valid" | "same";
}

/** @param filter [kernel height, kernel width, input channels, output channels] */
export function convolve(tf: TensorFlow, x: Tensor4D, filter: Tensor4D, convolution: Convolution): Tensor4D {
  const { stride, dilation, padding } = convolution;
  if (dilation[0] === 1 && dilation[1] === 1) {
    return tf.conv2d(x, filter, [stride[0], stride[1]], padding);
  }
  const dense = dilated(tf, x, filter, dilation);
  return stride[0] === 1 && stride[1] === 1 ? dense : everyNth(tf, dense, stride);
}

function dilated(tf: TensorFlow, x: Tensor4D, filter: Tensor4D, dilation: PerAxis<number>): Tensor4D {
  const [dy, dx] = dilation;
  const forward = (map: Tensor4D, kernel: Tensor4D): Tensor4D =>
    tf.conv2d(map, kernel, 1, "valid", "NHWC", [dy, dx]);
  return withGradient(
    tf,
    [x, filter],
    (map, kernel) => ({
      value: forward(map, kernel),
      saved: [map, kernel],
    }),
    (gradient, [input, weights]) => {
      const [height, width] = [weights.shape[0], weights.shape[1]];
      const reachY = (height - 1) * dy;
      const reachX = (width - 1) * dx;
      const turned = tf.transpose(tf.reverse(weights, [0, 1]), [0, 1, 3, 2]);
      const padded = tf.pad(gradient, [
        [0, 0],
        [reachY, reachY],
        [reachX, reachX],
        [0, 0],
      ]);
      return [forward(padded, turned), dilatedFilterGradient(tf, input, gradient, weights.shape, dilation)];
    },
  );
}

function dilatedFilterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  gradient: Tensor4D,
  filterShape: readonly [number, number, number, number],
  dilation: PerAxis<number>,
): Tensor4D {
  const attributes = { strides: 1, pad: "valid", dilations: dilation, filterShape };
  const own = runOwnKernel<Tensor4D>(tf, "DilatedFilterGradient", { x, dy: gradient }, attributes);
  if (own !== undefined) return own;
  const [kernelHeight, kernelWidth, inputs, outputs] = filterShape;
  const [batch, height, width] = gradient.shape;
  const right = tf.reshape(gradient, [batch * height * width, outputs]);
  const taps: Tensor[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const begin = [0, i * dilation[0], j * dilation[1], 0];
      const shifted = tf.slice(x, begin as [number, number, number, number], [batch, height, width, inputs]); // four of them
      taps.push(tf.matMul<Tensor>(tf.reshape(shifted, [batch * height * width, inputs]), right, true, false));
    }
  }
  return tf.reshape(tf.concat(taps, 0), [...filterShape]);
}
