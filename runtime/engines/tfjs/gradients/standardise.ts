/**
 * Every channel to mean 0 and variance 1 over the batch (Ioffe & Szegedy 2015, algorithm 1, before scale and shift), with its
 * gradient, and the statistics found.
 *
 * The variance is the biased one, from deviations of the mean: two passes, so that it holds its digits where the mean is large.
 */
import type { Tensor1D, Tensor4D, TensorFlow } from "../lowering.ts";
import { channelSum, withChannels } from "./channelwise.ts";
import { withGradient } from "./with-gradient.ts";

export interface Standardised {
  readonly map: Tensor4D;
  /** [channels], not differentiable. */
  readonly mean: Tensor1D;
  /** [channels], biased, not differentiable. */
  readonly variance: Tensor1D;
}

export function standardise(tf: TensorFlow, x: Tensor4D, epsilon: number): Standardised {
  const count = x.size / x.shape[3];
  let statistics: { readonly mean: Tensor1D; readonly variance: Tensor1D } | undefined;
  const standardised = withGradient(
    tf,
    [x],
    (map) => {
      const mean = tf.div<Tensor1D>(channelSum(tf, map), count);
      const centred = withChannels(tf, tf.sub, map, mean);
      const variance = tf.div<Tensor1D>(channelSum(tf, tf.square(centred)), count);
      const inverse = tf.rsqrt(tf.add<Tensor1D>(variance, epsilon));
      const value = withChannels(tf, tf.mul, centred, inverse);
      // The caller disposes of these with its tidy scope; this function's own ends first.
      statistics = { mean: tf.keep(mean), variance: tf.keep(variance) };
      return {
        value,
        saved: [value, inverse],
      };
    },
    // dx = inverse · (dy − mean(dy) − value · mean(dy · value))
    (dy, [standard, deviation]) => {
      const meanGradient = tf.div<Tensor1D>(channelSum(tf, dy), count);
      const meanProduct = tf.div<Tensor1D>(channelSum(tf, tf.mul(dy, standard)), count);
      const along = withChannels(tf, tf.mul, standard, meanProduct);
      const rest = withChannels(tf, tf.sub, tf.sub(dy, along), meanGradient);
      return [withChannels(tf, tf.mul, rest, deviation)];
    },
  );
  if (statistics === undefined) throw new Error("the forward function of a custom gradient did not run");
  const { mean, variance } = statistics;
  const scoped = { map: standardised, mean: tf.clone(mean), variance: tf.clone(variance) };
  mean.dispose();
  variance.dispose();
  return scoped;
}
