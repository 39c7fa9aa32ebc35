/** What the variants of Adam share; the defaults are those of Kingma & Ba 2015, algorithm 1. */
import { belowOne, number, positional, positive } from "../definition/parameters.ts";

export const adamParameters = {
  learningRate: positional(number(positive, "Learning rate, before the schedule.", 1e-3)),
  beta1: number(belowOne, "Decay rate of the mean of the gradient.", 0.9),
  beta2: number(belowOne, "Decay rate of the mean of its square.", 0.999),
  epsilon: number(positive, "Added to the root of that mean.", 1e-8),
};
