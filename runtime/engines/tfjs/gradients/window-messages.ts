/** The filter of a window as operations on tensors, for backends whose tensors cannot be read at once (WebGPU): gathers. */
import type { WindowFilter } from "../../../crf/window-filter.ts";
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from "../lowering.ts";
import type { Messages } from "./gaussian-messages.ts";

/**
 * @param filters one for each image, over its positions in row order; of the same window and number of positions
 * @param keep is given the tensors of the tables, which must live as long as the messages are used
 */
export function windowMessages(
  tf: TensorFlow,
  filters: readonly WindowFilter[],
  keep: (tensor: Tensor) => void,
): Messages {
  const [first] = filters;
  if (first === undefined) throw new Error("messages over no image");
  const { count } = first.tables;
  const rows = filters.length * first.points;
  const neighbours = new Int32Array(rows * count);
  const shares = new Float32Array(rows * count);
  for (const [image, { points, tables }] of filters.entries()) {
    const row = image * points;
    neighbours.set(
      tables.neighbours.map((point) => row + point),
      row * count,
    );
    shares.set(tables.shares, row * count);
  }
  const places = tf.tensor1d(neighbours, "int32");
  const parts = tf.tensor3d(shares, [rows, count, 1]);
  keep(places);
  keep(parts);
  // The matrix is symmetric.
  return (x) => {
    const channels = x.shape[3];
    return tf.tidy(() => {
      const sums = gatheredSums(tf, tf.reshape(x, [rows, channels]), places, parts);
      return tf.reshape(sums, x.shape);
    });
  };
}

/**
 * The sums over `parts.shape[1]` rows for each result, times their parts.
 * @param values [rows, channels]
 * @param places [results · rows of each]
 * @param parts [results, rows of each, 1]
 */
export function gatheredSums(tf: TensorFlow, values: Tensor2D, places: Tensor1D, parts: Tensor3D): Tensor2D {
  const [results, each] = parts.shape;
  const gathered: Tensor3D = tf.reshape(tf.gather(values, places), [results, each, values.shape[1]]);
  return tf.sum<Tensor2D>(tf.mul(gathered, parts), 1);
}
