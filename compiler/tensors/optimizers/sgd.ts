/** Gradient descent with momentum, in PyTorch's form of Sutskever et al. 2013: v = μ v + g; w −= learning rate · v. */
import type { OptimizerRule } from "./rule.ts";

export const sgd: OptimizerRule<"sgd"> = {
  moments: ({ momentum }) => (momentum === 0 ? [] : ["velocity"]),
  step: () => new Map(),
  update: ({ build, weight, gradient, moments, learningRate }, { momentum, nesterov, weightDecay }) => {
    const slope = weightDecay === 0 ? gradient : build.add(gradient, build.multiply(weight, weightDecay));
    if (momentum === 0) {
      return { weight: build.subtract(weight, build.multiply(slope, learningRate)), moments: new Map() };
    }
    const velocity = build.add(build.multiply(moments("velocity"), momentum), slope);
    const direction = nesterov ? build.add(slope, build.multiply(velocity, momentum)) : velocity;
    return {
      weight: build.subtract(weight, build.multiply(direction, learningRate)),
      moments: new Map([["velocity", velocity]]),
    };
  },
};
