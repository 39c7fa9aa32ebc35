/** Messages that every position of a feature map gets from every other through a Gaussian filter, and their gradient. */
import type { GaussianFilter } from "../../../crf/gaussian-filter.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import { withGradient } from "./with-gradient.ts";

/** K x for every image and channel, or Kᵀ x. */
export type Messages = (x: Tensor4D, transposed: boolean) => Tensor4D;

/** The filter is linear: its gradient is the transposed filter. */
export function passMessages(tf: TensorFlow, x: Tensor4D, messages: Messages): Tensor4D {
  return withGradient(
    tf,
    [x],
    (map) => ({
      value: messages(map, false),
      saved: [],
    }),
    (dy) => [messages(dy, true)],
  );
}

/**
 * By the filters' own arithmetic, on the processor: for backends whose tensors can be read at once.
 * @param filters one for each image, over its positions in row order
 */
export function messagesOnArrays(tf: TensorFlow, filters: readonly GaussianFilter[]): Messages {
  return (x, transposed) => {
    const channels = x.shape[3];
    const values = x.dataSync<"float32">();
    const sums = new Float32Array(values.length);
    const each = values.length / filters.length;
    for (const [image, filter] of filters.entries()) {
      const part = (array: Float32Array) => array.subarray(image * each, (image + 1) * each);
      filter.accumulate(part(values), channels, 1, part(sums), transposed);
    }
    return tf.tensor4d(sums, x.shape);
  };
}
