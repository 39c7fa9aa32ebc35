/** One factor per channel, with its gradient. */
import type { Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { channelSum, withChannels } from "./channelwise.ts";
import { withGradient } from "./with-gradient.ts";

export function scaleChannels(tf: TensorFlow, x: Tensor4D, factors: Tensor1D): Tensor4D {
  return withGradient(
    tf,
    [x, factors],
    (map, vector) => ({
      value: withChannels(tf, tf.mul, map, vector),
      saved: [map, vector],
    }),
    (dy, [input, scale]) => [withChannels(tf, tf.mul, dy, scale), channelSum(tf, tf.mul(dy, input))],
  );
}
