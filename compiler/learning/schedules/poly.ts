/** Polynomial decay to zero. */
import { define } from "../definition/definition.ts";
import { number, positional, positive } from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const poly = schedule(
  define({
    name: "poly",
    summary: "Polynomial decay from the learning rate to 0 over the whole run.",
    source: "Liu, Rabinovich & Berg 2015, section 3.1; the power: Chen et al. 2018, section 4.1",
    parameters: { power: positional(number(positive, "The power.", 0.9)) },
  }),
  {
    formula: "r (1 − step / steps)^power",
    rate: ({ power }, rate, { step, steps }) => rate * (1 - Math.min(step, steps) / steps) ** power,
  },
);
