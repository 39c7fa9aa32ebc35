/** Depthwise convolution: one filter for each channel. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import { everyNth } from "../composed/every-nth.ts";
import type { Tensor4D, TensorFlow } from "../types.ts";
import { isOne, pair } from "./sizes.ts";

/** On a padded map. @param filter [height, width, 1, channels] */
export function depthwise(
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
