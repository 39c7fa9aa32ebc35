/**
 * The focal loss from logits (Lin et al. 2017, equation 4): −(1 − p)^gamma log p of the true class, the mean over the pixels that count.
 * With one channel, p is the probability of the true one of two classes.
 */
import type { ClassTargets } from "../../class-targets.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

/** Keeps the logarithm of 1 − p finite. */
const least = 1e-30;

export function focal(tf: TensorFlow, logits: Tensor4D, targets: ClassTargets, gamma: number): LossValue {
  const [batch, height, width, channels] = logits.shape;
  const weights = tf.tensor4d(targets.weights, [batch, height, width, 1]);
  const classes = tf.tensor3d(targets.classes, [batch, height, width], "int32");
  const { logarithm, rest, difference } =
    channels === 1
      ? ofLogistic(tf, logits, classes.toFloat().reshape(logits.shape))
      : ofSoftmax(tf, logits, tf.oneHot(classes, channels) as Tensor4D); // one axis more than `classes`
  const scale = targets.totalWeight === 0 ? 0 : 1 / targets.totalWeight;
  const modulation = gamma === 0 ? tf.onesLike(rest) : rest.maximum(least).log().mul(gamma).exp();
  return {
    losses: modulation.mul(logarithm).mul(weights).neg(),
    scale,
    counted: targets.totalWeight,
    gradient: () => {
      // (1 − p)^gamma (1 − gamma p log p / (1 − p)) times the gradient of −log p
      const slope = tf.sub(1, rest).mul(logarithm).div(rest.maximum(least)).mul(-gamma).add(1);
      return difference().mul(modulation).mul(slope).mul(weights).mul(scale) as Tensor4D; // of the logits' shape
    },
  };
}

/** Of the true class, [batch, height, width, 1]. */
interface OfTrueClass {
  /** log p */
  readonly logarithm: Tensor;
  /** 1 − p, without cancellation */
  readonly rest: Tensor;
  /** The gradient of −log p by the logits. */
  readonly difference: () => Tensor4D;
}

function ofSoftmax(tf: TensorFlow, logits: Tensor4D, target: Tensor4D): OfTrueClass {
  const shifted = logits.sub(logits.max(-1, true));
  const powers = shifted.exp();
  const sums = powers.sum(-1, true);
  return {
    logarithm: shifted.mul(target).sum(-1, true).sub(tf.log(sums)),
    rest: powers.mul(tf.sub(1, target)).sum(-1, true).div(sums),
    difference: () => powers.div(sums).sub(target),
  };
}

function ofLogistic(tf: TensorFlow, logits: Tensor4D, target: Tensor4D): OfTrueClass {
  const signed = logits.mul(target.mul(2).sub(1));
  return {
    logarithm: signed.minimum(0).sub(tf.log1p(signed.abs().neg().exp())),
    rest: signed.neg().sigmoid(),
    difference: () => logits.sigmoid().sub(target),
  };
}
