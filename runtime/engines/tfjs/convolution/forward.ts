/** Convolution, with a bias and rectified where asked. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { everyNth } from "../composed/every-nth.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { depthwise } from "./depthwise.ts";
import { byGroups, groupSizes } from "./groups.ts";
import { kernel, padded, padsItself } from "./padding.ts";
import { isDense, isDepthwise, isOne, margins, pair, type Sizes } from "./sizes.ts";

export function forward(
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
