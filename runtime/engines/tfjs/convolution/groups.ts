/** Grouped convolution: every group of channels with its own filters. */
import type { Tensor4D, TensorFlow } from "../types.ts";
import type { Four, Sizes } from "./sizes.ts";

export function groupSizes({ x, filter, y }: Sizes, groups: number): Sizes {
  const part = ([a, b, c, channels]: Four): Four => [a, b, c, channels / groups];
  return { x: part(x), filter: part(filter), y: part(y) };
}

/** Group g of the channels of one with group g of the other, which are divided along their last axis. */
export function byGroups(
  tf: TensorFlow,
  a: Tensor4D,
  b: Tensor4D,
  groups: number,
  apply: (a: Tensor4D, b: Tensor4D) => Tensor4D,
): Tensor4D {
  const parts = Array.from({ length: groups }, (_, group) =>
    apply(channelsOf(tf, a, group, groups), channelsOf(tf, b, group, groups)),
  );
  return tf.concat(parts, 3);
}

function channelsOf(tf: TensorFlow, x: Tensor4D, group: number, groups: number): Tensor4D {
  const count = x.shape[3] / groups;
  return tf.slice(x, [0, 0, 0, group * count], [-1, -1, -1, count]);
}
