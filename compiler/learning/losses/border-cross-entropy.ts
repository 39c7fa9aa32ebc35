/** Cross entropy that weighs the narrow gaps between objects. */
import { define } from "../definition/definition.ts";
import { count, notNegative, number, positional, positive } from "../definition/parameters.ts";
import { classWeightSources, classWeights } from "./class-weights.ts";
import { loss } from "./loss.ts";
import { reduction } from "./reduction.ts";

export const borderCrossEntropy = loss(
  define({
    name: "border_cross_entropy",
    summary: "Cross entropy in which the background between two nearby objects weighs more.",
    source: `Ronneberger, Fischer & Brox 2015, equation 2; ${classWeightSources}`,
    parameters: {
      strength: positional(number(notNegative, "w₀: the additional weight in a gap of width 0.", 10)),
      sigma: number(
        positive,
        "σ: the width, in positions of the output, over which the additional weight falls.",
        5,
      ),
      background: count(
        { kind: "count", least: 0 },
        "The number of the class between the objects; each connected region of another class is an object.",
        0,
      ),
      weights: classWeights,
      reduction,
    },
  }),
  {
    formula:
      "−(w + strength exp(−(d₁ + d₂)² / 2 sigma²)) log p of the true class, where d₁ and d₂ are the distances of a background position to the nearest object and to the second nearest",
    compares: ["classes"],
  },
);
