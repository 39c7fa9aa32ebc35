/** A rising learning rate at the start. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import { counting, notNegative, number, optionalCount, positional } from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const warmUp = schedule(
  define({
    name: "warm_up",
    summary: "The learning rate rises linearly over the first steps; then it is unchanged.",
    source: "Goyal et al. 2017, section 2.2",
    parameters: {
      steps: positional(optionalCount(counting, "Steps until the full learning rate.", "given by `epochs`")),
      epochs: optionalCount(counting, "The same in epochs.", "given by `steps`"),
      start: number(notNegative, "The share of the learning rate before the first step.", 0),
    },
    check: ({ steps, epochs }) => {
      if (steps === undefined && epochs === undefined) {
        return refuse("names/argument-needed", {
          owner: "warm_up",
          parameter: "steps",
          summary: "the steps until the full learning rate, or `epochs`",
        });
      }
      if (steps === undefined || epochs === undefined) return undefined;
      return refuse(
        "training/wrong-value",
        { what: "`epochs` of warm_up", wanted: "removed where `steps` is given", found: "a number" },
        "epochs",
      );
    },
  }),
  {
    formula: "r (start + (1 − start)(step + 1) / steps) in the first steps, then r",
    rate: ({ steps, epochs, start }, rate, { step, stepsPerEpoch }) => {
      const length = steps ?? (epochs ?? 0) * stepsPerEpoch;
      return step + 1 >= length ? rate : rate * (start + ((1 - start) * (step + 1)) / length);
    },
  },
);
