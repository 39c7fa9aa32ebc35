/**
 * The scale-invariant error of logarithms (Eigen et al. 2014, equation 4): for each image with n known pixels,
 * Σ d² / n − λ (Σ d)² / n², where d is predicted minus true log depth; the mean over the images that know any.
 */
import type { MapTargets } from "../../map-targets.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

/** @param map log depth, [batch, height, width, 1] */
export function scaleInvariant(
  tf: TensorFlow,
  map: Tensor4D,
  targets: MapTargets,
  balance: number,
): LossValue {
  const { values, valid, shape, known } = targets;
  const mask = tf.tensor4d(valid, [...shape]); // one channel, like the feature map
  const shares = tf.tensor4d(
    known.map((count) => (count === 0 ? 0 : 1 / count)),
    [known.length, 1, 1, 1],
  );
  const difference = map.sub(tf.tensor4d(values, [...shape])).mul(mask);
  const axes = [1, 2, 3];
  const mean = difference.sum(axes, true).mul(shares);
  const squares = difference.square().sum(axes, true).mul(shares);
  const images = known.filter((count) => count > 0).length;
  const scale = images === 0 ? 0 : 1 / images;
  return {
    losses: squares.sub(mean.square().mul(balance)),
    scale,
    counted: undefined,
    gradient: () =>
      difference
        .sub(mean.mul(balance))
        .mul(mask)
        .mul(shares)
        .mul(2 * scale),
  };
}
