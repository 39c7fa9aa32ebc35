/**
 * The overlap of soft predictions with labels: for each class 1 − N / D, over the pixels of the whole batch that count; the mean over
 * the classes that occur in the labels. One sigmoid channel: its class 1 alone.
 *
 * dice (Milletari et al. 2016, V-Net, equation 1, with plain sums in the denominator as is usual since): N = 2 Σ p t + s,
 * D = Σ p + Σ t + s. tversky (Salehi, Erdogmus & Gholipour 2017, equation 1): N = Σ p t + s, D = Σ p t + α Σ p (1 − t) + β Σ (1 − p) t
 * + s. s = 1 against empty classes.
 */
import type { ClassTargets } from "../../class-targets.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

const smoothing = 1;

/** N = both Σ p t + s and D = shared Σ p t + predicted Σ p + labelled Σ t + s. */
interface Ratio {
  readonly both: number;
  readonly shared: number;
  readonly predicted: number;
  readonly labelled: number;
}

export function dice(tf: TensorFlow, logits: Tensor4D, targets: ClassTargets): LossValue {
  return overlap(tf, logits, targets, { both: 2, shared: 0, predicted: 1, labelled: 1 });
}

export function tversky(
  tf: TensorFlow,
  logits: Tensor4D,
  targets: ClassTargets,
  { alpha, beta }: { readonly alpha: number; readonly beta: number },
): LossValue {
  const ratio = { both: 1, shared: 1 - alpha - beta, predicted: alpha, labelled: beta };
  return overlap(tf, logits, targets, ratio);
}

function overlap(
  tf: TensorFlow,
  logits: Tensor4D,
  { classes, weights }: ClassTargets,
  ratio: Ratio,
): LossValue {
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
  const common = probability.mul(target).sum(axes);
  const above = common.mul(ratio.both).add(smoothing);
  const below = common
    .mul(ratio.shared)
    .add(probability.mul(valid).sum(axes).mul(ratio.predicted))
    .add(target.sum(axes).mul(ratio.labelled))
    .add(smoothing);
  const counted = tf.tensor1d(occurs);
  const scale = present === 0 ? 0 : 1 / present;
  return {
    losses: tf.sub(1, above.div(below)).mul(counted),
    scale,
    counted: undefined,
    gradient: () => {
      // by the probabilities: −(N′ D − N D′) / D², where N′ = both t and D′ = shared t + predicted, for the pixels that count
      const slope = target
        .mul(below.mul(ratio.both).sub(above.mul(ratio.shared)))
        .sub(above.mul(ratio.predicted))
        .div(below.square())
        .mul(counted)
        .mul(valid)
        .mul(-scale);
      if (channels === 1) return slope.mul(probability).mul(tf.sub(1, probability));
      const mean = slope.mul(probability).sum(-1, true);
      return slope.sub(mean).mul(probability);
    },
  };
}
