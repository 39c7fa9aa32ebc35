/** One factor per channel, with its gradient. */
import type { Tensor, Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { channelSum, withChannels } from "./channelwise.ts";

export function scaleChannels(tf: TensorFlow, x: Tensor4D, factors: Tensor1D): Tensor4D {
  const operation = tf.customGrad((...args) => {
    const [map, vector, save] = args as unknown as [Tensor4D, Tensor1D, (tensors: Tensor[]) => void]; // as applied below
    save([map, vector]);
    return {
      value: withChannels(tf, tf.mul, map, vector),
      gradFunc: (dy: Tensor4D, saved: Tensor[]) => {
        const [input, scale] = saved as [Tensor4D, Tensor1D]; // as saved above
        return [withChannels(tf, tf.mul, dy, scale), channelSum(tf, tf.mul(dy, input))];
      },
    };
  });
  return operation(x, factors) as Tensor4D; // of the value's rank
}
