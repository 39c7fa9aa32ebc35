/**
 * Between directions: 1 − p·t / |p|, for predicted vectors p of any length and unit vectors t, the mean over known positions. Eigen &
 * Fergus 2015, equation 2, has −p·t / |p|: the same but for a constant.
 */
import type { MapTargets } from "../../map-targets.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

/** Keeps |p| from 0, where no direction is. */
const leastSquare = 1e-12;

export function cosine(tf: TensorFlow, map: Tensor4D, targets: MapTargets): LossValue {
  const { values, valid, shape, allKnown } = targets;
  const [batch, height, width] = shape;
  const mask = tf.tensor4d(valid, [batch, height, width, 1]);
  const target = tf.tensor4d(values, [...shape]);
  const length = map.square().sum(-1, true).add(leastSquare).sqrt();
  const unit = map.div(length);
  const similarity = unit.mul(target).sum(-1, true);
  const scale = allKnown === 0 ? 0 : 1 / allKnown;
  return {
    losses: tf.sub(1, similarity).mul(mask),
    scale,
    counted: allKnown,
    gradient: () => unit.mul(similarity).sub(target).div(length).mul(mask).mul(scale),
  };
}
