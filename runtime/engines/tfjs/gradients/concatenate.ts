/** Maps joined along their channels. The gradient of each is its slice of dy (tf.concat's own copies dy once for each). */
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";

export function concatenate(tf: TensorFlow, maps: readonly Tensor4D[]): Tensor4D {
  const operation = tf.customGrad((...args) => {
    const parts = args.slice(0, maps.length) as unknown as Tensor4D[]; // as applied below
    return {
      value: tf.concat(parts, 3),
      gradFunc: (dy: Tensor4D) => {
        let channel = 0;
        return parts.map((part): Tensor => {
          const [batch, height, width, channels] = part.shape;
          const slice = tf.slice(dy, [0, 0, 0, channel], [batch, height, width, channels]);
          channel += channels;
          return slice;
        });
      },
    };
  });
  return operation(...maps) as Tensor4D; // of the value's rank
}
