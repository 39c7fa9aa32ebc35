/** Combinations drawn at random. */
import { define } from "../definition/definition.ts";
import { count, counting, notNegativeCount, positional, requiredCount } from "../definition/parameters.ts";

export const random = define({
  name: "random",
  summary:
    "Trials with values drawn at random, each different from the others: from lists uniformly, from ranges with a uniform logarithm.",
  source: "Bergstra & Bengio 2012",
  parameters: {
    trials: positional(requiredCount(counting, "Number of trials.")),
    seed: count(notNegativeCount, "Seed of the draw; the seed of the training is the entry `seed`.", 1),
  },
});
