/** g · min(1, most / (‖g‖ + 1e-6)), where ‖g‖ is the L2 norm of all gradients together (PyTorch's clip_grad_norm_). */
import type { Value } from "../value.ts";
import type { ClipRule } from "./rule.ts";

export const norm: ClipRule<"norm"> = (build, gradients, { most }) => {
  const sums = [...gradients.values()].map((gradient) =>
    build.sum(
      build.multiply(gradient, gradient),
      gradient.shape.map((_, axis) => axis),
    ),
  );
  const squared = sums.reduce<Value | undefined>((total, sum) => {
    const single = build.reshape(sum, []);
    return total === undefined ? single : build.add(total, single);
  }, undefined);
  if (squared === undefined) return gradients;
  const factor = build.minimum(build.divide(most, build.add(build.sqrt(squared), 1e-6)), 1);
  return new Map([...gradients].map(([name, gradient]) => [name, build.multiply(gradient, factor)]));
};
