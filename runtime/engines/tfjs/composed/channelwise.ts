/**
 * Sums over everything but the channels, and one vector of channels against every position, at full speed and precision.
 *
 * Both view a feature map as a matrix. A sum is two products with rows of ones, so that no float32 accumulator runs over more positions
 * than a side of the feature map; broadcasting a short vector position by position is slow on WebAssembly, so it is repeated along a few positions.
 */
import type { Tensor, Tensor1D, Tensor4D, TensorFlow } from "../types.ts";

/** Σ over batch, height and width: [channels]. */
export function channelSum(tf: TensorFlow, x: Tensor4D): Tensor1D {
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch * height, width * channels]);
    const row = tf.matMul<Tensor>(tf.ones([1, batch * height]), rows);
    const cells = tf.reshape(row, [width, channels]);
    return tf.reshape(tf.matMul<Tensor>(tf.ones([1, width]), cells), [channels]);
  });
}

/** Floats to which a vector is repeated. */
const repeatedFloats = 256;

/** `x ∘ vector` at every position; `operation` is tf.add, tf.sub or tf.mul. */
export function withChannels(
  tf: TensorFlow,
  operation: (a: Tensor, b: Tensor) => Tensor,
  x: Tensor4D,
  vector: Tensor1D,
): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cells = batch * height * width;
  let repeats = 1;
  while (channels * repeats * 2 <= repeatedFloats && cells % (repeats * 2) === 0) repeats *= 2;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [cells / repeats, channels * repeats]);
    return tf.reshape(operation(rows, tf.tile(vector, [repeats])), x.shape);
  });
}
