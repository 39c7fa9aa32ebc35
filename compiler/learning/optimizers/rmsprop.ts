/** RMSProp. */
import { define } from "../definition/definition.ts";
import { belowOne, flag, notNegative, number, positional, positive } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";

export const rmsprop = withFormula(
  define({
    name: "rmsprop",
    summary:
      "Gradient descent with a step size for each weight, from a running mean of the squared gradient.",
    source: "Tieleman & Hinton 2012, lecture 6.5; centred: Graves 2013, section 4.2; in the form of PyTorch",
    parameters: {
      learningRate: positional(number(positive, "Learning rate, before the schedule.", 1e-3)),
      alpha: number(belowOne, "Decay rate of the mean of the squared gradient.", 0.99),
      momentum: number(belowOne, "Share of the previous update that is kept, μ.", 0),
      centered: flag(
        "Divide by the standard deviation of the gradient instead of the root of its mean square.",
      ),
      epsilon: number(positive, "Added to the root of that mean.", 1e-8),
      weightDecay: number(notNegative, "Weight decay λ, added to the gradient (L2).", 0),
    },
  }),
  "g += λ w; s = α s + (1 − α) g²; v = μ v + g / (√s + ε), centred g / (√(s − a²) + ε) with a = α a + (1 − α) g; w −= r v",
);
