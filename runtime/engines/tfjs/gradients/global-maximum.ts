/** The maximum over all cells of each channel; the gradient goes to the first one in row order. */
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";

export function globalMaximum(tf: TensorFlow, x: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cells = height * width;
  const operation = tf.customGrad((...args) => {
    const [map, save] = args as unknown as [Tensor4D, (tensors: Tensor[]) => void]; // as applied below
    const value = tf.max(map, [1, 2], true) as Tensor4D; // axes kept
    save([map, value]);
    return {
      value,
      gradFunc: (dy: Tensor4D, saved: Tensor[]) => {
        const [held, maximum] = saved as [Tensor4D, Tensor4D]; // as saved above
        const index = tf.reshape(tf.range(0, cells), [1, height, width, 1]);
        const all = tf.tile(index, [batch, 1, 1, channels]);
        const candidates = tf.where(tf.equal(held, maximum), all, tf.fill(all.shape, cells));
        const first = tf.min(candidates, [1, 2], true);
        return tf.mul(tf.cast(tf.equal(all, first), "float32"), dy) as Tensor4D; // broadcast to the map
      },
    };
  });
  return operation(x) as Tensor4D; // of the value's rank
}
