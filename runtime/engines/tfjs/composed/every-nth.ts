/** Every n-th position of both axes, and the reverse; by padding, reshaping and slicing, which have gradients everywhere. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Tensor4D, TensorFlow } from "../types.ts";

/** Positions 0, n, 2n, … of both axes. */
export function everyNth(tf: TensorFlow, x: Tensor4D, step: PerAxis<number>): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows = Math.ceil(height / step[0]);
  const columns = Math.ceil(width / step[1]);
  const padded = tf.pad(x, [
    [0, 0],
    [0, rows * step[0] - height],
    [0, columns * step[1] - width],
    [0, 0],
  ]);
  const byRow = tf.reshape(padded, [batch * rows, step[0], columns * step[1], channels]);
  const chosenRows = tf.slice(byRow, [0, 0, 0, 0], [batch * rows, 1, columns * step[1], channels]);
  const byColumn = tf.reshape(chosenRows, [batch * rows, columns, step[1], channels]);
  const chosen = tf.slice(byColumn, [0, 0, 0, 0], [batch * rows, columns, 1, channels]);
  return tf.reshape(chosen, [batch, rows, columns, channels]);
}

/** Position i of x at position n·i of a feature map of the given size, zeros elsewhere. */
export function withZerosBetween(
  tf: TensorFlow,
  x: Tensor4D,
  step: PerAxis<number>,
  size: PerAxis<number>,
): Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const spreadColumns = tf.pad(tf.reshape(x, [batch * rows, columns, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, step[1] - 1],
    [0, 0],
  ]);
  const width = columns * step[1];
  const spreadRows = tf.pad(tf.reshape(spreadColumns, [batch * rows, 1, width, channels]), [
    [0, 0],
    [0, step[0] - 1],
    [0, 0],
    [0, 0],
  ]);
  const height = rows * step[0];
  const padded = tf.pad(tf.reshape(spreadRows, [batch, height, width, channels]), [
    [0, 0],
    [0, Math.max(0, size[0] - height)],
    [0, Math.max(0, size[1] - width)],
    [0, 0],
  ]);
  return tf.slice(padded as Tensor4D, [0, 0, 0, 0], [batch, size[0], size[1], channels]); // rank 4
}
