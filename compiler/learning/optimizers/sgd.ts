/** Stochastic gradient descent. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import { belowOne, flag, notNegative, number, positional, positive } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";

export const sgd = withFormula(
  define({
    name: "sgd",
    summary: "Gradient descent with momentum.",
    source: "Sutskever et al. 2013, equations 1 to 4, in the form of PyTorch",
    parameters: {
      learningRate: positional(number(positive, "Learning rate, before the schedule.", 1e-2)),
      momentum: number(belowOne, "Share of the previous update that is kept, μ.", 0.9),
      nesterov: flag("Use Nesterov momentum."),
      weightDecay: number(notNegative, "Weight decay λ, added to the gradient (L2).", 0),
    },
    check: ({ momentum, nesterov }) =>
      nesterov && momentum === 0
        ? refuse(
            "training/wrong-value",
            { what: "the momentum of sgd with nesterov", wanted: "greater than 0", found: "the number 0" },
            "momentum",
          )
        : undefined,
  }),
  "g += λ w; v = μ v + g; w −= r v, with Nesterov momentum w −= r (g + μ v)",
);
