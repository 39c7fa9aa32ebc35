/**
 * The overlap of soft predictions with labels (Milletari et al. 2016, V-Net, equation 1, with plain sums in the denominator as
 * is usual since): for each class 1 − (2 Σ p t + s) / (Σ p + Σ t + s), over the pixels of the whole batch that count, with
 * s = 1 against empty classes; the mean over the classes that occur in the labels. One sigmoid channel: its class 1 alone.
 */
import type { ClassTargets } from "../../class-targets.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

const smoothing = 1;

export function dice(tf: TensorFlow, logits: Tensor4D, { classes, weights }: ClassTargets): LossValue {
  const [batch, height, width, channels] = logits.shape;
  const counts = new Float64Array(Math.max(2, channels));
  for (const [i, label] of classes.entries()) {
    if (weights[i] !== 0) counts[label] = (counts[label] ?? 0) + 1;
  }
  // one channel is class 1, which is compared even where it does not occur: then every prediction of it is wrong
  const occurs =
    channels === 1 ? [1] : Array.from({ length: channels }, (_, c) => ((counts[c] ?? 0) > 0 ? 1 : 0));
  const present = occurs.reduce((sum, one) => sum + one, 0);
  const valid = tf.tensor4d(
    Float32Array.from(weights, (weight) => (weight === 0 ? 0 : 1)),
    [batch, height, width, 1],
  );
  const labels = tf.tensor3d(classes, [batch, height, width], "int32");
  const oneHot =
    channels === 1 ? labels.toFloat().reshape(logits.shape) : tf.oneHot(labels, channels).toFloat();
  const target = oneHot.mul(valid) as Tensor4D; // of the logits' shape
  const probability = channels === 1 ? logits.sigmoid() : tf.softmax(logits);
  const axes = [0, 1, 2];
  const overlap = probability.mul(target).sum(axes).mul(2).add(smoothing);
  const whole = probability.mul(valid).sum(axes).add(target.sum(axes)).add(smoothing);
  const counted = tf.tensor1d(occurs);
  const scale = present === 0 ? 0 : 1 / present;
  return {
    losses: tf.sub(1, overlap.div(whole)).mul(counted),
    scale,
    counted: undefined,
    gradient: () => {
      // by the probabilities: −(2 t W − O) / W², for the pixels that count
      const slope = target
        .mul(2)
        .mul(whole)
        .sub(overlap)
        .div(whole.square())
        .mul(counted)
        .mul(valid)
        .mul(-scale);
      if (channels === 1) return slope.mul(probability).mul(tf.sub(1, probability));
      const mean = slope.mul(probability).sum(-1, true);
      return slope.sub(mean).mul(probability);
    },
  };
}
