/** Probabilities of classes from logits, as the losses of classes take them. One channel is the logit of class 1 against class 0. */
import { softmaxOf } from "../passes/expand/pointwise.ts";
import type { Calls } from "../primitives/calls.ts";
import { four, type Value } from "../value.ts";
import type { LossOperands } from "./formula.ts";

/** eˣ over the channels, from differences to the largest x. */
export function exponentials(build: Calls, logits: Value) {
  const shifted = build.subtract(logits, build.stopGradient(build.max(logits, [1])));
  const powers = build.exp(shifted);
  return { shifted, powers, sums: build.sum(powers, [1]) };
}

/** Of the target's class, [batch, 1, height, width]: log p, and 1 − p without cancellation. */
export function ofTrueClass({ build, map, target }: LossOperands) {
  const channels = four(map.shape)[1];
  if (channels > 1) {
    const classes = build.oneHot(target, 1, channels);
    const { shifted, powers, sums } = exponentials(build, map);
    const others = build.sum(build.multiply(powers, build.subtract(1, classes)), [1]);
    const chosen = build.sum(build.multiply(shifted, classes), [1]);
    return { logarithm: build.subtract(chosen, build.log(sums)), rest: build.divide(others, sums) };
  }
  const other = logitOfOther(build, map, target);
  return { logarithm: build.negate(softplus(build, other)), rest: build.sigmoid(other) };
}

/** Of one channel: the logit of the class that the target is not. */
function logitOfOther(build: Calls, map: Value, target: Value): Value {
  return build.multiply(map, build.subtract(1, build.multiply(build.convert(target, "float32"), 2)));
}

/** log (1 + eᶻ), from differences to the larger of 0 and z. */
export function softplus(build: Calls, z: Value): Value {
  const largest = build.stopGradient(build.maximum(z, 0));
  const sums = build.add(build.exp(build.negate(largest)), build.exp(build.subtract(z, largest)));
  return build.add(build.log(sums), largest);
}

/** The mean over the classes of log p, [batch, 1, height, width]. */
export function meanLogarithm({ build, map }: LossOperands): Value {
  if (four(map.shape)[1] > 1) {
    const { shifted, sums } = exponentials(build, map);
    return build.subtract(build.mean(shifted, [1]), build.log(sums));
  }
  const both = build.add(softplus(build, map), softplus(build, build.negate(map)));
  return build.multiply(both, -0.5);
}

export interface ClassAreas {
  /** p, [batch, channels, height, width]. */
  readonly probabilities: Value;
  /** t, 0 where the class is unknown. */
  readonly labels: Value;
}

/** Of one channel: class 1 alone. */
export function classAreas({ build, map, target, valid }: LossOperands): ClassAreas {
  const channels = four(map.shape)[1];
  const single = channels === 1;
  const classes = single ? build.convert(target, "float32") : build.oneHot(target, 1, channels);
  return {
    probabilities: single ? build.sigmoid(map) : softmaxOf(build, map),
    labels: build.multiply(classes, valid),
  };
}
