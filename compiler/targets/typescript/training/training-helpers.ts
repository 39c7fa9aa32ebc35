/** What the losses of a module share: which positions count, and how a sum is shared over them. */

const texts = {
  shareOf: `
/** The sum of the values, divided by what counts; 0 where nothing does. */
function shareOf(values: tf.Tensor, counted: tf.Tensor | number): tf.Scalar {
  const total = tf.sum(values);
  if (typeof counted === "number") return tf.div(total, counted);
  return tf.div(total, tf.where(tf.greater(counted, 0), counted, tf.onesLike(counted)));
}
`,
  withoutGradient: `
/** The value itself, which passes no gradient on. */
function withoutGradient(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((value) => ({
    value: (value as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(x);
}
`,
  knownClasses: `
interface KnownClasses {
  /** int32 [batch, height, width, 1]; 0 where unknown. */
  readonly classes: tf.Tensor4D;
  /** How much each position counts; 0 where it is unknown. */
  readonly valid: tf.Tensor4D;
  readonly counted: tf.Scalar;
}

function knownClasses(labels: tf.Tensor3D, classWeights?: readonly number[]): KnownClasses {
  const known = tf.cast(tf.greaterEqual(labels, 0), "float32");
  const classes = tf.cast(tf.maximum(labels, 0), "int32");
  const weights = classWeights && tf.gather(tf.tensor1d([...classWeights]), classes);
  const valid = tf.expandDims<tf.Tensor4D>(weights ? tf.mul(known, weights) : known, 3);
  return { classes: tf.expandDims(classes, 3), valid, counted: tf.sum(valid) };
}
`,
  balancedClasses: `
interface BalancedClasses {
  /** int32 [batch, height, width, 1]; 0 where unknown. */
  readonly classes: tf.Tensor4D;
  /** In each image a position of one class counts as the share of the other (Xie & Tu 2015, equation 2). */
  readonly valid: tf.Tensor4D;
  readonly counted: tf.Scalar;
}

function balancedClasses(labels: tf.Tensor3D): BalancedClasses {
  const known = tf.cast(tf.greaterEqual(labels, 0), "float32");
  const positive = tf.cast(tf.equal(labels, 1), "float32");
  const all = tf.maximum(tf.sum(known, [1, 2], true), 1);
  const share = tf.div(tf.sum(positive, [1, 2], true), all);
  const weights = tf.add(tf.mul(positive, tf.sub(1, share)), tf.mul(tf.sub(known, positive), share));
  return {
    classes: tf.expandDims(tf.cast(tf.maximum(labels, 0), "int32"), 3),
    valid: tf.expandDims(weights, 3),
    counted: tf.sum(known),
  };
}
`,
  classesThere: `
/** How many classes occur among the positions that count, or the sum of their weights. */
function classesThere(
  classes: tf.Tensor4D,
  valid: tf.Tensor4D,
  count: number,
  weights: tf.Tensor4D = tf.ones([1, 1, 1, count]),
): tf.Tensor {
  const oneHot = tf.cast(tf.oneHot(tf.squeeze(classes, [3]), count), "float32");
  const there = tf.cast(tf.greater(tf.sum(tf.mul(oneHot, valid), [0, 1, 2]), 0), "float32");
  return tf.sum(tf.mul(there, weights));
}
`,
  areaWeights: `
/** One for each class, [1, 1, 1, classes]; without any all are 1. */
function areaWeights(count: number, weights?: readonly number[]): tf.Tensor4D {
  return weights === undefined ? tf.ones([1, 1, 1, count]) : tf.tensor4d([...weights], [1, 1, 1, count]);
}
`,
  anyKnown: `
/** 1 where any position counts, else 0. */
function anyKnown(valid: tf.Tensor4D): tf.Tensor {
  return tf.cast(tf.greater(tf.sum(valid), 0), "float32");
}
`,
  knownValues: `
interface KnownValues {
  /** 0 where unknown. */
  readonly values: tf.Tensor4D;
  /** [batch, height, width, 1]: 1 where known, else 0. */
  readonly valid: tf.Tensor4D;
}

function knownValues(target: tf.Tensor4D): KnownValues {
  const unknown = tf.any(tf.isNaN(target), 3, true);
  const valid = tf.cast(tf.logicalNot(unknown), "float32") as tf.Tensor4D;
  return { values: tf.where(tf.isNaN(target), tf.zerosLike(target), target), valid };
}
`,
  imagesKnown: `
/** How many images have a known position. */
function imagesKnown(valid: tf.Tensor4D): tf.Tensor {
  return tf.sum(tf.cast(tf.greater(tf.sum(valid, [1, 2, 3]), 0), "float32"));
}
`,
  centresIn: `
/** How many centres heat maps have, at least 1. */
function centresIn(heat: tf.Tensor4D): tf.Tensor {
  return tf.maximum(tf.sum(tf.cast(tf.greater(heat, 1 - 1e-7), "float32")), 1);
}
`,
  likeliestWeights: `
/** The weight of the likeliest value at each position. */
function likeliestWeights(values: tf.Tensor4D, weights?: readonly number[]): tf.Tensor {
  if (weights === undefined) return tf.scalar(1);
  return tf.expandDims(tf.gather(tf.tensor1d([...weights]), tf.argMax(values, 3)), 3);
}
`,
} as const;

export type TrainingHelperName = keyof typeof texts;

export function trainingHelperTexts(wanted: ReadonlySet<TrainingHelperName>): readonly string[] {
  return (Object.keys(texts) as TrainingHelperName[])
    .filter((name) => wanted.has(name))
    .map((name) => texts[name]);
}

export function everyTrainingHelperText(): readonly string[] {
  return Object.values(texts);
}
