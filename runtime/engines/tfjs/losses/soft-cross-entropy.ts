/**
 * Cross entropy between distributions t and softmax(x) (Zhang, Isola & Efros 2016, equation 2): for each known position −w Σ t log p, the
 * mean over the known positions. Their weights w have mean one over the training data, so that they change no scale.
 */
import type { SoftTargets } from "../../soft-targets.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

export function softCrossEntropy(tf: TensorFlow, logits: Tensor4D, targets: SoftTargets): LossValue {
  const { values, shape, allKnown } = targets;
  const [batch, height, width] = shape;
  const weights = tf.tensor4d(targets.weights, [batch, height, width, 1]);
  const target = tf.tensor4d(values, [...shape]);
  const shifted = logits.sub(logits.max(-1, true));
  const powers = shifted.exp();
  const sums = powers.sum(-1, true);
  const scale = allKnown === 0 ? 0 : 1 / allKnown;
  return {
    // Σ t is one where the position is known
    losses: tf.log(sums).sub(shifted.mul(target).sum(-1, true)).mul(weights),
    scale,
    counted: allKnown,
    gradient: () => powers.div(sums).sub(target).mul(weights).mul(scale) as Tensor4D, // of the logits' shape
  };
}
