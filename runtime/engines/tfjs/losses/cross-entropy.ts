/**
 * Pixelwise cross entropy from logits, and the classes the logits choose.
 *
 * Softmax over the channels, by the log-sum-exp of shifted logits; or, for one channel, the logistic loss of class 1
 * against class 0: max(x, 0) − x·y + log(1 + exp(−|x|)).
 */
import type { ClassTargets } from "../../class-targets.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

/** `losses` are the weighted pixel losses, [batch, height, width]; their mean divides by `targets.totalWeight`. */
export function crossEntropy(
  tf: TensorFlow,
  logits: Tensor4D,
  targets: ClassTargets,
  reduction: "mean" | "sum",
): LossValue {
  const [batch, height, width, channels] = logits.shape;
  const weights = tf.tensor4d(targets.weights, [batch, height, width, 1]);
  const classes = tf.tensor3d(targets.classes, [batch, height, width], "int32");
  const { losses, difference } =
    channels === 1
      ? logisticLoss(tf, logits, classes.toFloat().reshape(logits.shape))
      : softmaxLoss(tf, logits, tf.oneHot(classes, channels) as Tensor4D); // one axis more than `classes`
  const scale = scaleOf(reduction, targets.totalWeight);
  return {
    losses: losses.mul(weights).reshape([batch, height, width]),
    scale,
    counted: reduction === "mean" ? targets.totalWeight : undefined,
    gradient: () => difference().mul(weights).mul(scale),
  };
}

/** Where no pixel counts, the mean is 0 and so is its gradient. */
function scaleOf(reduction: "mean" | "sum", totalWeight: number): number {
  if (reduction === "sum") return 1;
  return totalWeight === 0 ? 0 : 1 / totalWeight;
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
