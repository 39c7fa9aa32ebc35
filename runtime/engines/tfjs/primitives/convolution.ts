/** Convolution and its gradients. Feature maps have their channels last, filters are [height, width, input / groups, output]. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount, four } from "../../../../compiler/tensors/value.ts";
import { channelsLast, filterOrder } from "../axis-order.ts";
import { channelSum } from "../composed/channelwise.ts";
import { everyNth, withZerosBetween } from "../composed/every-nth.ts";
import { hasArrays } from "../kernels/array-heap.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { type Four, isDense, isDepthwise, isOne, margins, pair, type Sizes } from "./convolution-sizes.ts";
import {
  filterGradientWorkspace,
  forwardWorkspace,
  inputGradientWorkspace,
} from "./convolution-workspace.ts";
import type { Kernels, PrimitiveKernels } from "./kernel-call.ts";

function last([batch, channels, height, width]: Four): Four {
  return [batch, height, width, channels];
}

function turned([outputs, inputs, height, width]: Four): Four {
  return [height, width, inputs, outputs];
}

/** What is added to a convolution's result, and whether it is cut off below 0. */
export interface Finish {
  readonly bias: boolean;
  readonly relu: boolean;
}

/** @param finish with a bias the third operand is one number for each channel, stored beside each other */
export function convolution(
  call: Parameters<PrimitiveKernels<"conv">>[0],
  finish: Finish = { bias: false, relu: false },
): Kernels {
  const { tf, attributes, results } = call;
  const x = call.take(0, channelsLast);
  const filter = call.take(1, filterOrder);
  if (finish.bias) call.asStored(2);
  const sizes = sizesOf(x.shape, filter.shape, results[0]?.shape ?? []);
  return {
    results: [{ order: channelsLast }],
    run: ([map, weights, bias]) => [
      forward(tf, map as Tensor4D, weights as Tensor4D, attributes, sizes, bias, finish.relu), // of the shapes asked for
    ],
    workspace: forwardWorkspace(call.backend, attributes, sizes),
  };
}

export const conv: PrimitiveKernels<"conv"> = (call) => convolution(call);

export const convInputGradient: PrimitiveKernels<"conv_input_gradient"> = (call) => {
  const { tf, attributes, results } = call;
  const y = call.take(0, channelsLast);
  const filter = call.take(1, filterOrder);
  const sizes = sizesOf(results[0]?.shape ?? [], filter.shape, y.shape);
  return {
    results: [{ order: channelsLast }],
    run: ([dy, weights]) => [
      inputGradient(tf, dy as Tensor4D, weights as Tensor4D, attributes, sizes), // of the shapes asked for
    ],
    workspace: inputGradientWorkspace(tf, call.backend, attributes, sizes),
  };
};

export const convFilterGradient: PrimitiveKernels<"conv_filter_gradient"> = (call) => {
  const { tf, attributes, results } = call;
  const x = call.take(0, channelsLast);
  const y = call.take(1, channelsLast);
  const sizes = sizesOf(x.shape, results[0]?.shape ?? [], y.shape);
  return {
    results: [{ order: filterOrder }],
    run: ([map, dy]) => [
      filterGradient(tf, map as Tensor4D, dy as Tensor4D, attributes, sizes), // of the shapes asked for
    ],
    workspace: filterGradientWorkspace(tf, call.backend, attributes, sizes),
  };
};

function sizesOf(x: readonly number[], filter: readonly number[], y: readonly number[]): Sizes {
  return { x: last(four(x)), filter: turned(four(filter)), y: last(four(y)) };
}

/** Backends that take any padding, and a stride with a dilation; the others get padded maps. */
function padsItself(tf: TensorFlow): boolean {
  return hasArrays(tf.getBackend());
}

function padded(tf: TensorFlow, x: Tensor4D, attributes: ConvolutionAttributes): Tensor4D {
  const around = margins(attributes);
  return around.flat().every((positions) => positions === 0) ? x : tf.pad(x, around);
}

function kernel<T extends Tensor>(
  tf: TensorFlow,
  name: string,
  inputs: Record<string, Tensor>,
  attributes: object,
): T {
  return tf.engine().runKernel(name, inputs, attributes as never) as T; // of the rank its caller knows
}

function forward(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
  bias?: Tensor,
  relu = false,
): Tensor4D {
  const { stride, dilation, groups } = attributes;
  const finished = (y: Tensor4D): Tensor4D => {
    const shifted = bias === undefined ? y : tf.add<Tensor4D>(y, tf.reshape(bias, [1, 1, 1, sizes.y[3]]));
    return relu ? tf.relu(shifted) : shifted;
  };
  if (isDense(attributes, sizes)) {
    const inputs = elementCount(sizes.x.slice(1));
    const flat = tf.matMul<Tensor>(
      tf.reshape(x, [sizes.x[0], inputs]),
      tf.reshape(filter, [inputs, sizes.y[3]]),
    );
    return finished(tf.reshape(flat, [...sizes.y]) as Tensor4D); // rank 4
  }
  if (isDepthwise(attributes, sizes)) {
    return finished(depthwise(tf, padded(tf, x, attributes), filter, stride, dilation));
  }
  if (groups > 1) {
    const joined = byGroups(tf, x, filter, groups, (part, weights) =>
      forward(tf, part, weights, { ...attributes, groups: 1 }, groupSizes(sizes, groups)),
    );
    return finished(joined);
  }
  if (padsItself(tf)) {
    const given = {
      strides: pair(stride),
      dilations: pair(dilation),
      pad: margins(attributes),
      dataFormat: "NHWC",
    };
    if (bias === undefined && !relu) return kernel(tf, "Conv2D", { x, filter }, given);
    const activation = relu ? "relu" : "linear";
    const inputs = bias === undefined ? { x, filter } : { x, filter, bias: tf.reshape(bias, [sizes.y[3]]) };
    return kernel(tf, "FusedConv2D", inputs, { ...given, activation });
  }
  const map = padded(tf, x, attributes);
  if (isOne(stride) || isOne(dilation))
    return finished(tf.conv2d(map, filter, pair(stride), "valid", "NHWC", pair(dilation)));
  return finished(everyNth(tf, tf.conv2d(map, filter, 1, "valid", "NHWC", pair(dilation)), stride));
}

function groupSizes({ x, filter, y }: Sizes, groups: number): Sizes {
  const part = ([a, b, c, channels]: Four): Four => [a, b, c, channels / groups];
  return { x: part(x), filter: part(filter), y: part(y) };
}

/** Group g of the channels meets group g of the filters, which are parted along their last axis. */
function byGroups(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  groups: number,
  apply: (part: Tensor4D, kernel: Tensor4D) => Tensor4D,
): Tensor4D {
  const parts = Array.from({ length: groups }, (_, group) =>
    apply(channelsOf(tf, x, group, groups), channelsOf(tf, filter, group, groups)),
  );
  return tf.concat(parts, 3);
}

function channelsOf(tf: TensorFlow, x: Tensor4D, group: number, groups: number): Tensor4D {
  const count = x.shape[3] / groups;
  return tf.slice(x, [0, 0, 0, group * count], [-1, -1, -1, count]);
}

/** On a padded map. @param filter [height, width, 1, channels] */
function depthwise(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  stride: PerAxis<number>,
  dilation: PerAxis<number>,
): Tensor4D {
  // TensorFlow.js refuses a stride together with a dilation.
  if (!isOne(stride) && !isOne(dilation))
    return everyNth(tf, depthwise(tf, x, filter, [1, 1], dilation), stride);
  const [height, width, , channels] = filter.shape;
  // The backends expect [kernel height, kernel width, channels, multiplier].
  const weights = tf.reshape(filter, [height, width, channels, 1]) as Tensor4D; // rank 4
  return tf.depthwiseConv2d(x, weights, pair(stride), "valid", "NHWC", pair(dilation));
}

/**
 * Up to this many independent channels, one transposed convolution whose filter is zero between different
 * channels is faster than one for each: bilinear upsampling of 21 classes by 8 took 160 ms a step on WebAssembly, and takes 23.
 */
const mostDiagonal = 64;

function inputGradient(
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
  const spread = surrounded(tf, dense(tf, dy, attributes, sizes), attributes, sizes);
  return cutOut(tf, tf.conv2d(spread, rotated, 1, "valid", "NHWC", pair(dilation)), before, sizes);
}

function depthwiseInputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const spread = surrounded(tf, dense(tf, dy, attributes, sizes), attributes, sizes);
  return depthwise(tf, spread, tf.reverse(filter, [0, 1]), [1, 1], attributes.dilation);
}

/** dy at the positions of stride 1, zeros between. */
function dense(tf: TensorFlow, dy: Tensor4D, { stride }: ConvolutionAttributes, { y }: Sizes): Tensor4D {
  if (isOne(stride)) return dy;
  const size = [(y[1] - 1) * stride[0] + 1, (y[2] - 1) * stride[1] + 1] as const;
  return withZerosBetween(tf, dy, stride, size);
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

function filterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const { stride, dilation, groups } = attributes;
  const filterShape = sizes.filter;
  if (isDense(attributes, sizes)) {
    const inputs = elementCount(sizes.x.slice(1));
    const right = tf.transpose(tf.reshape(x, [sizes.x[0], inputs]));
    const product = tf.matMul<Tensor>(right, tf.reshape(dy, [sizes.y[0], sizes.y[3]]));
    return tf.reshape(product, [...filterShape]) as Tensor4D; // rank 4
  }
  if (isDepthwise(attributes, sizes)) {
    const map = padded(tf, x, attributes);
    const own = runOwnKernel<Tensor4D>(
      tf,
      "DepthwiseFilterGradient",
      { x: map, dy },
      { filterShape, stride, dilation },
    );
    return own ?? depthwiseFilterGradient(tf, map, dense(tf, dy, attributes, sizes), attributes, sizes);
  }
  if (groups > 1) {
    const parts = Array.from({ length: groups }, (_, group) =>
      filterGradient(
        tf,
        channelsOf(tf, x, group, groups),
        channelsOf(tf, dy, group, groups),
        { ...attributes, groups: 1 },
        groupSizes(sizes, groups),
      ),
    );
    return tf.concat(parts, 3);
  }
  const given = {
    strides: pair(stride),
    pad: margins(attributes),
    dataFormat: "NHWC",
    filterShape: [...filterShape],
  };
  if (isOne(dilation) && padsItself(tf)) return kernel(tf, "Conv2DBackpropFilter", { x, dy }, given);
  const own = runOwnKernel<Tensor4D>(
    tf,
    "DilatedFilterGradient",
    { x, dy },
    { ...given, dilations: dilation },
  );
  if (own !== undefined) return own;
  const map = padded(tf, x, attributes);
  if (isOne(dilation)) {
    const bare = { ...given, pad: "valid", dimRoundingMode: "floor" };
    return kernel(tf, "Conv2DBackpropFilter", { x: map, dy }, bare);
  }
  return dilatedFilterGradient(tf, map, dense(tf, dy, attributes, sizes), attributes, sizes);
}

/** Tap (i, j) is the matrix product of the map shifted by (d·i, d·j) and dy. */
function dilatedFilterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  { dilation }: ConvolutionAttributes,
  { filter }: Sizes,
): Tensor4D {
  const [height, width, inputs, outputs] = filter;
  const [batch, rows, columns] = dy.shape;
  const right = tf.reshape(dy, [batch * rows * columns, outputs]);
  const taps: Tensor[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const shifted = tf.slice(x, [0, i * dilation[0], j * dilation[1], 0], [batch, rows, columns, inputs]);
      taps.push(tf.matMul<Tensor>(tf.reshape(shifted, [batch * rows * columns, inputs]), right, true, false));
    }
  }
  return tf.reshape(tf.concat(taps, 0), [...filter]) as Tensor4D; // rank 4
}

function depthwiseFilterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  { dilation }: ConvolutionAttributes,
  { filter }: Sizes,
): Tensor4D {
  const taps: Tensor[] = [];
  for (let i = 0; i < filter[0]; i++) {
    for (let j = 0; j < filter[1]; j++) {
      const shifted = tf.slice(x, [0, i * dilation[0], j * dilation[1], 0], dy.shape);
      taps.push(channelSum(tf, tf.mul(shifted, dy)));
    }
  }
  return tf.reshape(tf.concat(taps, 0), [...filter]) as Tensor4D; // rank 4
}
