/** The gradient of a convolution with respect to its input: the transposed convolution. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { depthwise } from "./depthwise.ts";
import { byGroups, groupSizes } from "./groups.ts";
import { kernel, padsItself } from "./padding.ts";
import { isDense, isDepthwise, isOne, margins, pair, type Sizes } from "./sizes.ts";
import { unstrided } from "./spread.ts";

/**
 * Up to this many independent channels, one transposed convolution whose filter is zero between different
 * channels is faster than one for each: bilinear upsampling of 21 classes by 8 took 160 ms a step on WebAssembly, and takes 23.
 */
const mostDiagonal = 64;

export function inputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const { stride, dilation, groups, before } = attributes;
  if (isDense(attributes, sizes)) {
    const inputs = elementCount(sizes.x.slice(1));
    const columns = tf.matMul<Tensor>(
      tf.reshape(filter, [inputs, sizes.y[3]]),
      tf.transpose(tf.reshape(dy, [sizes.y[0], sizes.y[3]])),
    );
    return tf.reshape(tf.transpose(columns), [...sizes.x]) as Tensor4D; // rank 4
  }
  if (isDepthwise(attributes, sizes)) {
    if (isOne(dilation) && !isOne(stride) && groups <= mostDiagonal) {
      const whole = { ...attributes, groups: 1 };
      const [height, width] = sizes.filter;
      const all: Sizes = { ...sizes, filter: [height, width, groups, groups] };
      return inputGradient(tf, dy, diagonal(tf, filter), whole, all);
    }
    return cutOut(tf, depthwiseInputGradient(tf, dy, filter, attributes, sizes), before, sizes);
  }
  if (groups > 1) {
    return byGroups(tf, dy, filter, groups, (part, weights) =>
      inputGradient(tf, part, weights, { ...attributes, groups: 1 }, groupSizes(sizes, groups)),
    );
  }
  if (!isOne(dilation)) return dilatedInputGradient(tf, dy, filter, attributes, sizes);
  if (padsItself(tf)) {
    const given = {
      strides: pair(stride),
      pad: margins(attributes),
      dataFormat: "NHWC",
      inputShape: [...sizes.x],
    };
    return kernel(tf, "Conv2DBackpropInput", { dy, filter }, given);
  }
  const full = fullSize(attributes, sizes);
  const all: [number, number, number, number] = [sizes.x[0], full[0], full[1], sizes.x[3]];
  return cutOut(tf, tf.conv2dTranspose(dy, filter, all, pair(stride), "valid"), before, sizes);
}

/** Positions that the windows reach, along each axis. */
function fullSize({ stride, dilation }: ConvolutionAttributes, { filter, y }: Sizes): PerAxis<number> {
  const along = (axis: 0 | 1) =>
    stride[axis] * (y[axis + 1] as number) - stride[axis] + (filter[axis] - 1) * dilation[axis] + 1; // axes 1 and 2
  return [along(0), along(1)];
}

/** The map within the padding; what no window reaches is 0. */
function cutOut(tf: TensorFlow, full: Tensor4D, before: PerAxis<number>, { x }: Sizes): Tensor4D {
  const [, height, width] = full.shape;
  const lacking: [number, number] = [before[0] + x[1] - height, before[1] + x[2] - width];
  const enough = lacking.some((positions) => positions > 0)
    ? tf.pad(full, [
        [0, 0],
        [0, Math.max(0, lacking[0])],
        [0, Math.max(0, lacking[1])],
        [0, 0],
      ])
    : full;
  return tf.slice(enough, [0, before[0], before[1], 0], [...x]);
}

/** Zeros between the positions of dy undo a stride; then the transpose is the convolution with the filter rotated by 180°. */
function dilatedInputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const { dilation, before } = attributes;
  const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const spread = surrounded(tf, unstrided(tf, dy, attributes, sizes), attributes, sizes);
  return cutOut(tf, tf.conv2d(spread, rotated, 1, "valid", "NHWC", pair(dilation)), before, sizes);
}

function depthwiseInputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const spread = surrounded(tf, unstrided(tf, dy, attributes, sizes), attributes, sizes);
  return depthwise(tf, spread, tf.reverse(filter, [0, 1]), [1, 1], attributes.dilation);
}

function surrounded(
  tf: TensorFlow,
  dy: Tensor4D,
  { dilation }: ConvolutionAttributes,
  { filter }: Sizes,
): Tensor4D {
  const [down, across] = [(filter[0] - 1) * dilation[0], (filter[1] - 1) * dilation[1]];
  if (down === 0 && across === 0) return dy;
  return tf.pad(dy, [
    [0, 0],
    [down, down],
    [across, across],
    [0, 0],
  ]);
}

/** Given [height, width, 1, channels], the filter [height, width, channels, channels] that takes each channel to itself. */
function diagonal(tf: TensorFlow, filter: Tensor4D): Tensor4D {
  const channels = filter.shape[3];
  return tf.mul<Tensor4D>(filter, tf.reshape(tf.eye(channels), [1, 1, channels, channels]));
}
