/**
 * Distances between values, the mean over known positions and channels; x is prediction minus target.
 *
 * l1: |x|. l2: x². huber (Huber 1964): x² / 2 up to the threshold d, d (|x| − d / 2) beyond. berhu (Laina et al. 2016, equations 1 and
 * 2): |x| up to c, (x² + c²) / (2 c) beyond, where c is a fifth of the batch's largest |x| and is not differentiated.
 */
import type { MapTargets } from "../../map-targets.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import type { LossValue } from "./loss-value.ts";

interface Distance {
  readonly value: Tensor;
  readonly slope: () => Tensor;
}

export function l1(tf: TensorFlow, map: Tensor4D, targets: MapTargets): LossValue {
  return meanDistance(tf, map, targets, (x) => ({ value: x.abs(), slope: () => x.sign() }));
}

export function l2(tf: TensorFlow, map: Tensor4D, targets: MapTargets): LossValue {
  return meanDistance(tf, map, targets, (x) => ({ value: x.square(), slope: () => x.mul(2) }));
}

export function huber(tf: TensorFlow, map: Tensor4D, targets: MapTargets, threshold: number): LossValue {
  return meanDistance(tf, map, targets, (x) => {
    const near = x.clipByValue(-threshold, threshold);
    // near² / 2 + d (|x| − |near|): both branches in one, as one of the two is always 0
    const value = near.square().div(2).add(x.abs().sub(near.abs()).mul(threshold));
    return { value, slope: () => near };
  });
}

export function berhu(tf: TensorFlow, map: Tensor4D, targets: MapTargets): LossValue {
  return meanDistance(tf, map, targets, (x) => {
    const size = x.abs();
    // not 0, so that a perfect prediction divides nothing by 0; smaller differences count as they are
    const limit = size.max().div(5).maximum(1e-6);
    const far = size.greater(limit);
    const curve = x.square().add(limit.square()).div(limit.mul(2));
    return { value: tf.where(far, curve, size), slope: () => tf.where(far, x.div(limit), x.sign()) };
  });
}

function meanDistance(
  tf: TensorFlow,
  map: Tensor4D,
  { values, valid, shape, allKnown }: MapTargets,
  distance: (difference: Tensor) => Distance,
): LossValue {
  const [batch, height, width, channels] = shape;
  const mask = tf.tensor4d(valid, [batch, height, width, 1]);
  // 0 where nothing is known: every distance is 0 there, and so is its slope
  const { value, slope } = distance(map.sub(tf.tensor4d(values, [...shape])).mul(mask));
  const scale = allKnown === 0 ? 0 : 1 / (allKnown * channels);
  return {
    losses: value,
    scale,
    counted: allKnown,
    gradient: () => slope().mul(mask).mul(scale) as Tensor4D, // of the feature map's shape
  };
}
