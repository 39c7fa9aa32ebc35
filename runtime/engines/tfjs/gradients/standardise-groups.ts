/**
 * Every group of channels of every image to mean 0 and variance 1 (Wu & He 2018, eq. 1 to 7, before scale and shift), with its
 * gradient. One group per channel is instance normalisation.
 *
 * Two passes, as in standardise.ts; a sum over positions is a product with ones, first along the height and then along the width.
 */
import type { Tensor, Tensor3D, Tensor4D, TensorFlow } from "../lowering.ts";
import { withGradient } from "./with-gradient.ts";

export function standardiseGroups(tf: TensorFlow, x: Tensor4D, groups: number, epsilon: number): Tensor4D {
  return withGradient(
    tf,
    [x],
    (map) => {
      const centred = withImageChannels(tf, tf.sub, map, groupMeans(tf, map, groups));
      const variance = groupMeans(tf, tf.square(centred), groups);
      const inverse = tf.rsqrt(tf.add<Tensor3D>(variance, epsilon));
      const value = withImageChannels(tf, tf.mul, centred, inverse);
      return {
        value,
        saved: [value, inverse],
      };
    },
    // dx = inverse · (dy − mean(dy) − value · mean(dy · value))
    (dy, [standard, deviation]) => {
      const meanProduct = groupMeans(tf, tf.mul(dy, standard), groups);
      const along = withImageChannels(tf, tf.mul, standard, meanProduct);
      const rest = withImageChannels(tf, tf.sub, tf.sub<Tensor4D>(dy, along), groupMeans(tf, dy, groups));
      return [withImageChannels(tf, tf.mul, rest, deviation)];
    },
  );
}

/** The mean of each image's groups, repeated for the channels of the group: [batch, 1, channels]. */
function groupMeans(tf: TensorFlow, x: Tensor4D, groups: number): Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const members = channels / groups;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch, height, width * channels]);
    const row = tf.matMul<Tensor>(tf.ones([batch, 1, height]), rows);
    const cells = tf.reshape(row, [batch, width, channels]);
    const sums = tf.matMul<Tensor>(tf.ones([batch, 1, width]), cells);
    const byGroup = tf.sum<Tensor>(tf.reshape(sums, [batch * groups, members]), 1, true);
    const means = tf.div<Tensor>(byGroup, height * width * members);
    return tf.reshape(tf.tile(means, [1, members]), [batch, 1, channels]);
  });
}

/** Floats to which an image's vector is repeated: broadcasting a short one is slow on WebAssembly. */
const repeatedFloats = 256;

/** `x ∘ vector` at every position, with one vector of channels per image; `operation` is tf.sub or tf.mul. */
function withImageChannels(
  tf: TensorFlow,
  operation: (a: Tensor, b: Tensor) => Tensor,
  x: Tensor4D,
  vector: Tensor3D,
): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cells = height * width;
  let repeats = 1;
  while (channels * repeats * 2 <= repeatedFloats && cells % (repeats * 2) === 0) repeats *= 2;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch, cells / repeats, channels * repeats]);
    return tf.reshape(operation(rows, tf.tile(vector, [1, 1, repeats])), x.shape);
  });
}
