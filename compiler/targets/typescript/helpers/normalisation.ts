/** Normalisation, dropout and activations with weights. */
import type { Helper } from "./helper.ts";

/** The end of every normalisation. */
const scaledAndShifted = `  const scaled = scale ? tf.mul<tf.Tensor4D>(standard, pass.weight(\`\${name}.scale\`)) : standard;
  return shift ? tf.add(scaled, pass.weight(\`\${name}.shift\`)) : scaled;
`;

/** The type of a normalisation's options. */
const optionsOf = (name: string): string => `
interface ${name} {
  readonly epsilon?: number;
  readonly scale?: boolean;
  readonly shift?: boolean;
}`;

const batchNorm = {
  needs: ["pass", "standardised"],
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
  if (!pass.training || frozen) {
    const deviation = tf.sqrt(tf.add(runningVariance, epsilon));
    const factor = scale ? tf.div(pass.weight(\`\${name}.scale\`), deviation) : tf.reciprocal(deviation);
    const scaled = tf.mul<tf.Tensor4D>(tf.sub(x, runningMean), factor);
    return shift ? tf.add(scaled, pass.weight(\`\${name}.shift\`)) : scaled;
  }
  const axes = [0, 1, 2];
  const { mean, variance } = statisticsOf(x, axes);
  const count = x.size / x.shape[3];
  const unbiased = count > 1 ? count / (count - 1) : 1;
  const update = (running: tf.Variable, found: tf.Tensor, factor: number): void =>
    running.assign(
      tf.add(tf.mul(running, momentum), tf.mul(tf.reshape(found, running.shape), (1 - momentum) * factor)),
    );
  update(runningMean, mean, 1);
  update(runningVariance, variance, unbiased);
  const standard = standardised(x, { mean, variance }, axes, epsilon);
${scaledAndShifted}}
`,
} as const;

const groupNorm = {
  needs: ["pass", "standardised"],
  text: `${optionsOf("GroupNormalisation")}

/** Group normalisation (Wu & He 2018): each image's groups of channels to mean 0 and variance 1. */
function groupNorm(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  groups: number,
  { epsilon = 1e-5, scale = true, shift = true }: GroupNormalisation = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const grouped = tf.reshape<tf.Rank.R4>(x, [batch, height * width, groups, channels / groups]);
  const axes = [1, 3];
  const standard = tf.reshape<tf.Rank.R4>(standardised(grouped, statisticsOf(grouped, axes), axes, epsilon), x.shape);
${scaledAndShifted}}
`,
} as const;

const layerNorm = {
  needs: ["pass", "standardised"],
  text: `${optionsOf("LayerNormalisation")}

/** Layer normalisation (Ba, Kiros & Hinton 2016): the channels of each position to mean 0 and variance 1. */
function layerNorm(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { epsilon = 1e-5, scale = true, shift = true }: LayerNormalisation = {},
): tf.Tensor4D {
  const axes = [3];
  const standard = standardised(x, statisticsOf(x, axes), axes, epsilon);
${scaledAndShifted}}
`,
} as const;

const standardised = {
  needs: [],
  text: `
interface Statistics {
  readonly mean: tf.Tensor;
  /** The biased one. */
  readonly variance: tf.Tensor;
}

/** One axis after the other: a float32 sum of few terms keeps more digits than one of many. */
function meanOver(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  return axes.reduce((mean, axis) => tf.mean(mean, axis, true), x);
}

/** Mean and variance over these axes, as constants: \`standardised\` has the whole gradient. */
function statisticsOf(x: tf.Tensor4D, axes: readonly number[]): Statistics {
  const both = tf.customGrad((map) => {
    const given = map as tf.Tensor;
    const mean = meanOver(given, axes);
    const variance = meanOver(tf.squaredDifference(given, mean), axes);
    return { value: tf.stack([mean, variance]), gradFunc: () => tf.zerosLike(given) };
  });
  const [mean, variance] = tf.unstack(both(x)) as [tf.Tensor, tf.Tensor];
  return { mean, variance };
}

/**
 * To mean 0 and variance 1 over these axes. Its gradient in closed form, (dy − mean(dy) − y · mean(dy · y)) / deviation, is more
 * exact and holds less memory than that of each step.
 */
function standardised(
  x: tf.Tensor4D,
  { mean, variance }: Statistics,
  axes: readonly number[],
  epsilon: number,
): tf.Tensor4D {
  const operation = tf.customGrad((...args) => {
    // TensorFlow.js hands over the input and, last, the function that keeps tensors for the gradient.
    const [map, save] = args as unknown as [tf.Tensor4D, (tensors: tf.Tensor[]) => void];
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const value = tf.mul<tf.Tensor4D>(tf.sub(map, mean), inverse);
    save([value, inverse]);
    return {
      value,
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
        const [y, factor] = saved as [tf.Tensor4D, tf.Tensor];
        const along = tf.mul(y, meanOver(tf.mul(dy, y), axes));
        return tf.mul(tf.sub(tf.sub(dy, along), meanOver(dy, axes)), factor);
      },
    };
  });
  return operation(x);
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
/** Dropout: in training a value is kept with the probability 1 − rate and divided by it: single values, whole channels, or all of an image. */
function dropout(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  rate: number,
  { drops = "values" }: { readonly drops?: "values" | "channels" | "images" } = {},
): tf.Tensor4D {
  if (!pass.training || rate === 0) return x;
  const [batch, height, width, channels] = x.shape;
  const shape: [number, number, number, number] = [
    batch,
    ...(drops === "values" ? ([height, width] as const) : ([1, 1] as const)),
    drops === "images" ? 1 : channels,
  ];
  return tf.mul(x, pass.dropoutMask(name, shape, rate));
}
`,
} as const;

const prelu = {
  needs: ["pass"],
  text: `
/** max(x, 0) + slope · min(x, 0), one slope per channel, or one for all. */
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
  layerNorm,
  standardised,
  localResponseNorm,
  dropout,
  prelu,
  elu,
} satisfies Readonly<Record<string, Helper>>;
