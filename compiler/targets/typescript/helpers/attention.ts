/** Attention, softmax over positions, and the channels of each position by themselves. */
import type { Helper } from "./helper.ts";

const positions = {
  needs: [],
  text: `
/** [batch, positions, channels] */
function positionsOf(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(x, [batch, height * width, channels]);
}
`,
} as const;

const spatialSoftmax = {
  needs: ["positions"],
  text: `
/** Softmax over the positions of each channel. */
function spatialSoftmax(x: tf.Tensor4D): tf.Tensor4D {
  const channels = tf.transpose(positionsOf(x), [0, 2, 1]);
  return tf.reshape(tf.transpose(tf.softmax(channels), [0, 2, 1]), x.shape);
}
`,
} as const;

const channelMax = {
  needs: ["withGradient"],
  text: `
/** The maximum over the channels of each position; equal ones share the gradient. */
function channelMax(x: tf.Tensor4D): tf.Tensor4D {
  return withGradient(
    [x],
    (map) => tf.max<tf.Tensor4D>(map, 3, true),
    (dy, map) => {
      const largest = tf.cast(tf.equal(map, tf.max(map, 3, true)), "float32");
      return [tf.mul(largest, tf.div(dy, tf.sum(largest, 3, true)))];
    },
  );
}
`,
} as const;

const channelShuffle = {
  needs: [],
  text: `
/** The first channel of every group, then the second of every group. */
function channelShuffle(x: tf.Tensor4D, groups: number): tf.Tensor4D {
  const channels = x.shape[3];
  const apart = tf.reshape(x, [x.size / channels, groups, channels / groups]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1]), x.shape);
}
`,
} as const;

const attend = {
  needs: ["positions"],
  text: `
/** At each position the mean of all values, weighted by the softmax of the products of its query with the keys. */
function attend(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  { heads = 1 }: { readonly heads?: number } = {},
): tf.Tensor4D {
  /** [batch, heads, positions, channels of a head] */
  const byHeads = (x: tf.Tensor4D): tf.Tensor => {
    const [batch, height, width, channels] = x.shape;
    if (heads === 1) return positionsOf(x);
    return tf.transpose(tf.reshape(x, [batch, height * width, heads, channels / heads]), [0, 2, 1, 3]);
  };
  const shares = tf.softmax(tf.matMul(byHeads(query), byHeads(key), false, true));
  const means = tf.matMul(shares, byHeads(value));
  const [batch, height, width] = query.shape;
  return tf.reshape(heads === 1 ? means : tf.transpose(means, [0, 2, 1, 3]), [batch, height, width, value.shape[3]]);
}
`,
} as const;

const gather = {
  needs: ["positions"],
  text: `
/** For each channel of \`regions\` the sum of a feature map over all positions weighted by it, as one position. */
function gather(
  x: tf.Tensor4D,
  regions: tf.Tensor4D,
  { mean = false }: { readonly mean?: boolean } = {},
): tf.Tensor4D {
  const sums = tf.matMul(positionsOf(regions), positionsOf(x), true);
  const [batch, height, width, channels] = x.shape;
  const result = mean ? tf.div(sums, height * width) : sums;
  return tf.reshape(result, [batch, regions.shape[3], 1, channels]);
}
`,
} as const;

const distribute = {
  needs: ["positions"],
  text: `
/** At each position the sum of what was gathered, weighted by the channels of a feature map. */
function distribute(x: tf.Tensor4D, gathered: tf.Tensor4D): tf.Tensor4D {
  const sums = tf.matMul(positionsOf(x), positionsOf(gathered));
  const [batch, height, width] = x.shape;
  return tf.reshape(sums, [batch, height, width, gathered.shape[3]]);
}
`,
} as const;

export const attentionHelpers = {
  attend,
  gather,
  distribute,
  spatialSoftmax,
  channelMax,
  channelShuffle,
  positions,
} satisfies Readonly<Record<string, Helper>>;
