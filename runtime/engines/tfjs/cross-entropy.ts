/**
 * Pixelwise cross entropy from logits, and the classes the logits choose.
 *
 * Softmax over the channels, by the log-sum-exp of shifted logits; or, for one channel, the logistic loss of class 1
 * against class 0: max(x, 0) − x·y + log(1 + exp(−|x|)).
 */
import type { ClassTargets } from "../class-targets.ts";
import type { Tensor, Tensor4D, TensorFlow } from "./lowering.ts";

interface PixelLoss {
  /** [batch, height, width], each times its pixel's weight. */
  readonly losses: Tensor;
  /** Of their sum, by the logits. */
  readonly gradient: () => Tensor4D;
}

/** The weighted loss of each pixel, [batch, height, width], without a gradient. */
export function pixelLosses(tf: TensorFlow, logits: Tensor4D, targets: ClassTargets): Tensor {
  return tf.tidy(() => pixelLoss(tf, logits, targets).losses);
}

/**
 * The loss as a scalar on the tape. Its float32 value is for the tape only: `keep` gets the pixel losses, whose sum in
 * float64 is what is reported; they end with the operation unless it keeps them.
 */
export function lossOnTape(
  tf: TensorFlow,
  logits: Tensor4D,
  targets: ClassTargets,
  scale: number,
  keep: (losses: Tensor) => void,
): Tensor {
  const operation = tf.customGrad((map, save) => {
    const { losses, gradient } = pixelLoss(tf, map as Tensor4D, targets); // the operation is applied to logits only, below
    keep(losses);
    (save as (saved: Tensor[]) => void)([gradient().mul(scale)]); // the last argument is the saving function
    const value = losses.sum().mul(scale);
    return { value, gradFunc: (upstream, saved) => tf.mul(saved[0] as Tensor, upstream) }; // saved above
  });
  return operation(logits);
}

function pixelLoss(tf: TensorFlow, logits: Tensor4D, targets: ClassTargets): PixelLoss {
  const [batch, height, width, channels] = logits.shape;
  const weights = tf.tensor4d(targets.weights, [batch, height, width, 1]);
  const classes = tf.tensor3d(targets.classes, [batch, height, width], "int32");
  const { losses, difference } =
    channels === 1
      ? logisticLoss(tf, logits, classes.toFloat().reshape(logits.shape))
      : softmaxLoss(tf, logits, tf.oneHot(classes, channels) as Tensor4D); // one axis more than `classes`
  return {
    losses: losses.mul(weights).reshape([batch, height, width]),
    gradient: () => difference().mul(weights),
  };
}

interface UnweightedLoss {
  /** [batch, height, width, 1] */
  readonly losses: Tensor;
  /** Probabilities minus targets. */
  readonly difference: () => Tensor4D;
}

function softmaxLoss(tf: TensorFlow, logits: Tensor4D, target: Tensor4D): UnweightedLoss {
  const shifted = logits.sub(logits.max(-1, true));
  const powers = shifted.exp();
  const sums = powers.sum(-1, true);
  const chosen = shifted.mul(target).sum(-1, true);
  return { losses: tf.log(sums).sub(chosen), difference: () => powers.div(sums).sub(target) };
}

function logisticLoss(tf: TensorFlow, logits: Tensor4D, target: Tensor4D): UnweightedLoss {
  const rest = tf.log1p(logits.abs().neg().exp());
  const losses = logits.relu().sub(logits.mul(target)).add(rest);
  return { losses, difference: () => logits.sigmoid().sub(target) };
}

/** int32 [batch, height, width]: the first channel of highest logit; for one channel, 1 where its probability is above one half. */
export function chosenClasses(tf: TensorFlow, logits: Tensor4D): Tensor {
  return tf.tidy(() => {
    const [batch, height, width, channels] = logits.shape;
    if (channels > 1) return logits.argMax(-1);
    return logits.greater(0).toInt().reshape([batch, height, width]);
  });
}

/** The exact sum of values, in float64. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
