/** A learning rate and a weight decay of their own for some of the weights. */
import { refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { notNegative, optionalNumber, positive, requiredText } from "../definition/parameters.ts";

export const weights = defineAs({
  name: "weights",
  summary: "The learning rate and weight decay of the weights whose names match.",
  parameters: {
    pattern: requiredText("encoder", "A block, a layer or a weight by its name; a star matches any text."),
    learningRate: optionalNumber(
      positive,
      "Learning rate, before the schedule, which applies to it as to that of the optimizer.",
      "that of the optimizer",
    ),
    weightDecay: optionalNumber(notNegative, "Weight decay λ.", "that of the optimizer"),
  },
  // Labelled, so that a changed group is named by its pattern (compiler/learning/plan-settings.ts).
  configure: ({ pattern, learningRate, weightDecay }) =>
    learningRate === undefined && weightDecay === undefined
      ? refuse("names/argument-needed", {
          owner: "weights",
          parameter: "learning_rate",
          summary: "the learning rate of these weights, or `weight_decay`",
        })
      : { name: pattern, learningRate, weightDecay },
});
