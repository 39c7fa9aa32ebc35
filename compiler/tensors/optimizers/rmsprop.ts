/**
 * RMSProp (Tieleman & Hinton 2012), in PyTorch's form: s = α s + (1 − α) g²; v = μ v + g / (√s + ε); w −= learning rate · v. Centred
 * (Graves 2013): √(s − m²) with m = α m + (1 − α) g.
 */
import type { Value } from "../value.ts";
import type { OptimizerRule } from "./rule.ts";

export const rmsprop: OptimizerRule<"rmsprop"> = {
  moments: ({ momentum, centered }) => [
    "mean_square",
    ...(centered ? ["mean_gradient"] : []),
    ...(momentum === 0 ? [] : ["velocity"]),
  ],
  step: () => new Map(),
  update: (
    { build, weight, gradient, moments, learningRate },
    { alpha, momentum, centered, epsilon, weightDecay },
  ) => {
    const slope = weightDecay === 0 ? gradient : build.add(gradient, build.multiply(weight, weightDecay));
    const blend = (moment: string, value: Value) =>
      build.add(build.multiply(moments(moment), alpha), build.multiply(value, 1 - alpha));
    const square = blend("mean_square", build.multiply(slope, slope));
    const changed = new Map([["mean_square", square]]);
    let variance = square;
    if (centered) {
      const mean = blend("mean_gradient", slope);
      changed.set("mean_gradient", mean);
      // in float32 the difference may round to less than 0
      variance = build.maximum(build.subtract(square, build.multiply(mean, mean)), 0);
    }
    const scaled = build.divide(slope, build.add(build.sqrt(variance), epsilon));
    if (momentum === 0)
      return { weight: build.subtract(weight, build.multiply(scaled, learningRate)), moments: changed };
    const velocity = build.add(build.multiply(moments("velocity"), momentum), scaled);
    changed.set("velocity", velocity);
    return { weight: build.subtract(weight, build.multiply(velocity, learningRate)), moments: changed };
  },
};
