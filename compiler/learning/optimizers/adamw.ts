/** Adam with decoupled weight decay. */
import { define } from "../definition/definition.ts";
import { notNegative, number } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";
import { adamParameters } from "./adam-parameters.ts";

export const adamw = withFormula(
  define({
    name: "adamw",
    summary: "Adam with weight decay that does not pass through its running means.",
    source: "Loshchilov & Hutter 2019, algorithm 2, with the schedule in the learning rate",
    parameters: {
      ...adamParameters,
      weightDecay: number(notNegative, "Weight decay λ.", 1e-2),
    },
  }),
  "m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; w −= r λ w + r (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)",
);
