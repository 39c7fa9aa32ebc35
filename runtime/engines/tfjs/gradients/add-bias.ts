/** One number per channel added to every cell, with its gradient. */
import type { Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { channelSum, withChannels } from "./channelwise.ts";

export function addBias(tf: TensorFlow, x: Tensor4D, bias: Tensor1D): Tensor4D {
  const operation = tf.customGrad((...args) => {
    const [map, vector] = args as unknown as [Tensor4D, Tensor1D]; // as applied below
    return {
      value: withChannels(tf, tf.add, map, vector),
      gradFunc: (dy: Tensor4D) => [tf.clone(dy), channelSum(tf, dy)],
    };
  });
  return operation(x, bias) as Tensor4D; // of the value's rank
}
