/** One number per channel added to every position, with its gradient. */
import type { Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { channelSum, withChannels } from "./channelwise.ts";
import { withGradient } from "./with-gradient.ts";

export function addBias(tf: TensorFlow, x: Tensor4D, bias: Tensor1D): Tensor4D {
  return withGradient(
    tf,
    [x, bias],
    (map, vector) => ({
      value: withChannels(tf, tf.add, map, vector),
      saved: [],
    }),
    (dy) => [tf.clone(dy), channelSum(tf, dy)],
  );
}
