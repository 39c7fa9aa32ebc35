/** Normalisation, dropout and activations with weights. */
import type { Helper } from "./helper.ts";

const batchNorm = {
  needs: ["pass"],
  text: `
interface BatchNormalisation {
  readonly momentum?: number;
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly shift?: boolean;
  /** Uses the running statistics in training too. */
  readonly frozen?: boolean;
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015). In training with the statistics of the batch, which update the running ones: the
 * variance of the update is the unbiased one.
 */
function batchNorm(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { momentum = 0.9, epsilon = 1e-5, scale = true, shift = true, frozen = false }: BatchNormalisation = {},
): tf.Tensor4D {
  const runningMean = pass.weight(\`\${name}.running_mean\`);
  const runningVariance = pass.weight(\`\${name}.running_variance\`);
  let mean: tf.Tensor = runningMean;
  let variance: tf.Tensor = runningVariance;
  if (pass.training && !frozen) {
    ({ mean, variance } = tf.moments(x, [0, 1, 2]));
    const count = x.size / x.shape[3];
    const unbiased = count > 1 ? count / (count - 1) : 1;
    const blend = (running: tf.Tensor, found: tf.Tensor, factor: number): tf.Tensor =>
      tf.add(tf.mul(running, momentum), tf.mul(found, (1 - momentum) * factor));
    runningMean.assign(blend(runningMean, mean, 1));
    runningVariance.assign(blend(runningVariance, variance, unbiased));
  }
  const standard = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = scale ? tf.mul(standard, pass.weight(\`\${name}.scale\`)) : standard;
  return (shift ? tf.add(scaled, pass.weight(\`\${name}.shift\`)) : scaled) as tf.Tensor4D;
}
`,
} as const;

const groupNorm = {
  needs: ["pass"],
  text: `
interface GroupNormalisation {
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly shift?: boolean;
}

/** Group normalisation (Wu & He 2018): each image's groups of channels to mean 0 and variance 1. */
function groupNorm(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  groups: number,
  { epsilon = 1e-5, scale = true, shift = true }: GroupNormalisation = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const grouped = tf.reshape(x, [batch, height * width, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const standard = tf.reshape(tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon))), x.shape);
  const scaled = scale ? tf.mul(standard, pass.weight(\`\${name}.scale\`)) : standard;
  return (shift ? tf.add(scaled, pass.weight(\`\${name}.shift\`)) : scaled) as tf.Tensor4D;
}
`,
} as const;

const localResponseNorm = {
  needs: [],
  text: `
interface LocalResponse {
  /** Channels of a window. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** x / (k + alpha / size · Σ x² over the channels around each)^beta (Krizhevsky et al. 2012, section 3.3, in Caffe's form). */
function localResponseNorm(x: tf.Tensor4D, { size, alpha, beta, k }: LocalResponse): tf.Tensor4D {
  const channels = x.shape[3];
  const reach = (size - 1) / 2;
  const band = tf.tensor2d(
    Float32Array.from({ length: channels * channels }, (_, i) =>
      Math.abs(Math.floor(i / channels) - (i % channels)) <= reach ? 1 : 0,
    ),
    [channels, channels],
  );
  const squares = tf.matMul(tf.reshape(tf.square(x), [x.size / channels, channels]), band);
  const divisor = tf.add(tf.mul(tf.reshape(squares, x.shape), alpha / size), k);
  return tf.mul(x, tf.exp(tf.mul(tf.log(divisor), -beta)));
}
`,
} as const;

const dropout = {
  needs: ["pass"],
  text: `
/** Dropout: in training a value is kept with the probability 1 − rate and divided by it. \`spatial\`: whole channels at once. */
function dropout(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  rate: number,
  { spatial = false }: { readonly spatial?: boolean } = {},
): tf.Tensor4D {
  if (!pass.training || rate === 0) return x;
  const [batch, height, width, channels] = x.shape;
  const shape: [number, number, number, number] = spatial ? [batch, 1, 1, channels] : [batch, height, width, channels];
  return tf.mul(x, pass.dropoutMask(name, shape, rate));
}
`,
} as const;

const prelu = {
  needs: ["pass"],
  text: `
/** max(x, 0) + slope · min(x, 0), one slope per channel. */
function prelu(pass: Pass, x: tf.Tensor4D, name: string): tf.Tensor4D {
  const negative = tf.neg(tf.relu(tf.neg(x)));
  return tf.add(tf.relu(x), tf.mul(negative, pass.weight(\`\${name}.slope\`)));
}
`,
} as const;

const elu = {
  needs: [],
  text: `
/** x above zero, alpha · (eˣ − 1) below. */
function elu(x: tf.Tensor4D, alpha: number): tf.Tensor4D {
  return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.neg(tf.relu(tf.neg(x)))), alpha));
}
`,
} as const;

export const normalisationHelpers = {
  batchNorm,
  groupNorm,
  localResponseNorm,
  dropout,
  prelu,
  elu,
} satisfies Readonly<Record<string, Helper>>;
