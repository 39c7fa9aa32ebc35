/** Adam. */
import { define } from "../definition/definition.ts";
import { notNegative, number } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";
import { adamParameters } from "./adam-parameters.ts";

export const adam = withFormula(
  define({
    name: "adam",
    summary:
      "Gradient descent with a step size for each weight, from running means of the gradient and its square.",
    source: "Kingma & Ba 2015, algorithm 1",
    parameters: {
      ...adamParameters,
      weightDecay: number(notNegative, "Weight decay, decoupled from the gradient as in `adamw`.", 0),
    },
  }),
  "m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; w −= r λ w + r (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)",
);
