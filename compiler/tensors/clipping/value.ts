/** max(−most, min(most, g)), element by element (PyTorch's clip_grad_value_). */
import type { ClipRule } from "./rule.ts";

export const value: ClipRule<"value"> = (build, gradients, { most }) =>
  new Map(
    [...gradients].map(([name, gradient]) => [name, build.maximum(build.minimum(gradient, most), -most)]),
  );
