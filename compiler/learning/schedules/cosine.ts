/** Cosine annealing, with warm restarts where a period is given. */
import { define } from "../definition/definition.ts";
import { notNegative, number, optionalCount } from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const cosineSchedule = schedule(
  define({
    name: "cosine",
    summary: "Half a cosine from the learning rate down to `least`, over the whole run or over each period.",
    source: "Loshchilov & Hutter 2017, equation 5",
    parameters: {
      least: number(notNegative, "The learning rate at the end.", 0),
      period: optionalCount(
        { kind: "count", least: 1 },
        "Epochs after which the learning rate starts again at its full value.",
        "the whole run",
      ),
    },
  }),
  {
    formula: "min(r, least + (r − least)(1 + cos(π step / steps)) / 2)",
    rate: ({ least, period }, rate, { step, steps, stepsPerEpoch }) => {
      const length = period === undefined ? steps : period * stepsPerEpoch;
      const within = period === undefined ? Math.min(step, steps) : step % length;
      // A warm-up before it may give less than `least`, which is not raised.
      return Math.min(rate, least + ((rate - least) * (1 + Math.cos((Math.PI * within) / length))) / 2);
    },
  },
);
