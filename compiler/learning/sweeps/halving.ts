/** Successive halving. */
import { define } from "../definition/definition.ts";
import { count, counting, notNegativeCount, positional, requiredCount } from "../definition/parameters.ts";

export const halving = define({
  name: "halving",
  summary:
    "Trials drawn as by `random`, all trained for a few epochs; the best of them continue for `factor` times as many, until one is left or the epochs of the section are done.",
  source: "Jamieson & Talwalkar 2016, algorithm 1, with the factor of Li et al. 2018",
  parameters: {
    trials: positional(requiredCount(counting, "Number of trials in the first round.")),
    epochs: count(counting, "Epochs of the first round.", 1),
    factor: count({ kind: "count", least: 2 }, "One out of so many trials continues in each round.", 3),
    seed: count(notNegativeCount, "Seed of the draw.", 1),
  },
});
