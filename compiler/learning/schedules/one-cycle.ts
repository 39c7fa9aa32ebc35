/** One cycle: up to the learning rate and down to nearly nothing. */
import { define } from "../definition/definition.ts";
import { notNegative, number, positional, positiveUnit } from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const oneCycle = schedule(
  define({
    name: "one_cycle",
    summary:
      "Half a cosine up to the learning rate in the first part of the run, half a cosine down to nearly 0 in the rest.",
    source:
      "Smith & Topin 2018, section 3, in the form of PyTorch's OneCycleLR, without its cycle of the momentum",
    parameters: {
      rise: positional(number(positiveUnit, "The share of the steps in which it rises.", 0.3)),
      start: number(notNegative, "The share of the learning rate at the first step.", 0.04),
      end: number(notNegative, "The share of the learning rate at the last step.", 4e-6),
    },
  }),
  {
    formula:
      "from start · r at the first step to r at the step rise · steps − 1, then to end · r at the last one, each by half a cosine",
    rate: ({ rise, start, end }, rate, { step, steps }) => {
      const [top, last] = [rise * steps - 1, steps - 1];
      if (step < top) return rate * between(start, 1, step / top);
      return last <= top ? rate : rate * between(1, end, Math.min(1, (step - top) / (last - top)));
    },
  },
);

/** Along half a cosine, from 0 to 1. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
