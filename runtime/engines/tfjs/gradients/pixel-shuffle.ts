/**
 * Rearranges channels to positions, and back. Channel c·fy·fx + i·fx + j of position (y, x) is channel c of position (y·fy + i, x·fx + j).
 *
 * Each is two transpositions of at most four axes, which every backend has, with their gradients.
 */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";

/** [batch, height, width, channels·fy·fx] → [batch, height·fy, width·fx, channels]. */
export function shufflePixels(tf: TensorFlow, x: Tensor4D, factor: PerAxis<number>): Tensor4D {
  const [batch, height, width, all] = x.shape;
  const [fy, fx] = factor;
  const channels = all / (fy * fx);
  const apart = tf.reshape(x, [batch * height * width, channels, fy * fx]);
  const innermost = tf.transpose<Tensor>(apart, [0, 2, 1]);
  const rows = tf.reshape(innermost, [batch * height, width, fy, fx * channels]);
  const laid = tf.transpose<Tensor>(rows, [0, 2, 1, 3]);
  return tf.reshape(laid, [batch, height * fy, width * fx, channels]);
}

/** [batch, height, width, channels] → [batch, height / fy, width / fx, channels·fy·fx]. */
export function unshufflePixels(tf: TensorFlow, x: Tensor4D, factor: PerAxis<number>): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [fy, fx] = factor;
  const [rows, columns] = [height / fy, width / fx];
  const laid = tf.reshape(x, [batch * rows, fy, columns, fx * channels]);
  const gathered = tf.transpose<Tensor>(laid, [0, 2, 1, 3]);
  const innermost = tf.reshape(gathered, [batch * rows * columns, fy * fx, channels]);
  const apart = tf.transpose<Tensor>(innermost, [0, 2, 1]);
  return tf.reshape(apart, [batch, rows, columns, channels * fy * fx]);
}
