/** The maximum over all positions of each channel; the gradient goes to the first one in row order. */
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import { withGradient } from "./with-gradient.ts";

export function globalMaximum(tf: TensorFlow, x: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cells = height * width;
  return withGradient(
    tf,
    [x],
    (map) => {
      const value = tf.max(map, [1, 2], true) as Tensor4D; // axes kept
      return {
        value,
        saved: [map, value],
      };
    },
    (dy, [held, maximum]) => {
      const index = tf.reshape(tf.range(0, cells), [1, height, width, 1]);
      const all = tf.tile(index, [batch, 1, 1, channels]);
      const candidates = tf.where(tf.equal(held, maximum), all, tf.fill(all.shape, cells));
      const first = tf.min(candidates, [1, 2], true);
      return [tf.mul(tf.cast(tf.equal(all, first), "float32"), dy)];
    },
  );
}
