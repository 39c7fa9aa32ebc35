/** Convolution, transposed convolution and the fully connected layer. */
import { perAxis } from "../../../../compiler/axis.ts";
import type { ConvolutionAttributes } from "../../../../compiler/ops/attributes.ts";
import { addBias } from "../gradients/add-bias.ts";
import { convolve } from "../gradients/convolve.ts";
import { depthwiseConvolve } from "../gradients/depthwise-convolve.ts";
import { fullyConnect } from "../gradients/fully-connect.ts";
import type { Lowering, LoweringContext, Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { only } from "./inputs.ts";
import { cut, padWith } from "./margins.ts";

export const conv: Lowering<"conv"> = (node, inputs, context) => {
  const { tf } = context;
  const { attributes } = node;
  const x = only(inputs);
  const { stride, dilation, groups } = attributes;
  const filter = context.weight("weight") as Tensor4D; // engine layout of a conv weight
  // The backends pad by themselves where theirs is exactly the padding asked for; it saves a copy of the feature map.
  const same = groups === 1 && isSame(attributes);
  const map = same ? x : padWith(tf, x, attributes.padding);
  const channels = x.shape[3];
  const convolved =
    groups > 1 && groups === channels && attributes.channels === channels
      ? depthwiseConvolve(tf, map, filter, stride, dilation)
      : byGroups(tf, map, filter, groups, (part, kernel) =>
          convolve(tf, part, kernel, { stride, dilation, padding: same ? "same" : "valid" }),
        );
  return attributes.bias ? withBias(convolved, context) : convolved;
};

/**
 * Up to this many independent channels, one transposed convolution whose filter is zero between different
 * channels is faster than one for each: bilinear upsampling of 21 classes by 8 took 160 ms a step on WebAssembly, and takes 23.
 */
const mostDiagonal = 64;

export const transposedConv: Lowering<"transposed_conv"> = (node, inputs, context) => {
  const { tf } = context;
  const { kernel, stride, groups, padding, bias, channels } = node.attributes;
  const x = only(inputs);
  const [batch, height, width] = x.shape;
  const full = [stride[0] * (height - 1) + kernel[0], stride[1] * (width - 1) + kernel[1]] as const;
  const filter = context.weight("weight") as Tensor4D; // engine layout of a transposed_conv weight
  const transpose = (part: Tensor4D, weights: Tensor4D, outputs: number): Tensor4D =>
    tf.conv2dTranspose(part, weights, [batch, ...full, outputs], [stride[0], stride[1]], "valid");
  const apart = groups > 1 && groups === channels && groups === x.shape[3] && groups <= mostDiagonal;
  const joined = apart
    ? transpose(x, diagonal(tf, filter), channels)
    : byGroups(tf, x, filter, groups, (part, weights) => transpose(part, weights, channels / groups));
  const size = perAxis((axis) => full[axis] - padding[axis].before - padding[axis].after);
  const map = cut(tf, joined, [padding[0].before, padding[1].before], size);
  return bias ? withBias(map, context) : map;
};

export const dense: Lowering<"dense"> = (node, inputs, context) => {
  const weight = context.weight("weight") as Tensor4D; // engine layout of a dense weight
  const map = fullyConnect(context.tf, only(inputs), weight);
  return node.attributes.bias ? withBias(map, context) : map;
};

/** Group g of the input channels meets group g of the filters, which are parted along their last axis. */
function byGroups(
  tf: TensorFlow,
  x: Tensor4D,
  filter: Tensor4D,
  groups: number,
  apply: (part: Tensor4D, kernel: Tensor4D) => Tensor4D,
): Tensor4D {
  if (groups === 1) return apply(x, filter);
  const inputs = x.shape[3] / groups;
  const outputs = filter.shape[3] / groups;
  const parts = Array.from({ length: groups }, (_, group) =>
    apply(
      tf.slice(x, [0, 0, 0, group * inputs], [-1, -1, -1, inputs]),
      tf.slice(filter, [0, 0, 0, group * outputs], [-1, -1, -1, outputs]),
    ),
  );
  return tf.concat(parts, 3);
}

/** Given [height, width, 1, channels], the filter [height, width, channels, channels] that takes each channel to itself. */
function diagonal(tf: TensorFlow, filter: Tensor4D): Tensor4D {
  const channels = filter.shape[3];
  return tf.mul<Tensor4D>(filter, tf.reshape(tf.eye(channels), [1, 1, channels, channels]));
}

/** Whether the padding is TensorFlow's SAME at stride 1. */
function isSame(attributes: ConvolutionAttributes): boolean {
  const { kernel, stride, dilation, padding } = attributes;
  return ([0, 1] as const).every((axis) => {
    const { before, after } = padding[axis];
    const needed = kernel[axis] - 1;
    const plain = stride[axis] === 1 && dilation[axis] === 1;
    return plain && before === Math.floor(needed / 2) && before + after === needed;
  });
}

function withBias(map: Tensor4D, context: LoweringContext): Tensor4D {
  return addBias(context.tf, map, context.weight("bias") as Tensor1D); // [channels]
}
