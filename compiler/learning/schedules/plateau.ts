/** Drops of the learning rate where validation no longer improves. */
import { define } from "../definition/definition.ts";
import { count, counting, notNegative, number, positional, positiveUnit } from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const plateau = schedule(
  define({
    name: "plateau",
    summary:
      "The learning rate is multiplied by a factor when the measure of `keep best by` has not improved for some epochs.",
    source: "Keras, ReduceLROnPlateau, with min_delta = 0",
    parameters: {
      patience: positional(count(counting, "Epochs without improvement before it drops.", 10)),
      factor: number(positiveUnit, "What the learning rate is multiplied by.", 0.1),
      least: number(notNegative, "The learning rate below which it does not drop.", 0),
    },
  }),
  {
    formula: "min(r, max(least, r factor^k)), where k drops came before",
    rate: ({ factor, least }, rate, _, [, , drops = 0]) =>
      Math.min(rate, Math.max(least, rate * factor ** drops)),
    isState: ([best, waited, drops, more]) =>
      best === undefined || ([waited, drops].every(isCount) && more === undefined),
    /** [the best value, epochs since, drops] */
    validated: ({ patience }, state, { value, better }) => {
      const [best, waited = 0, drops = 0] = state;
      if (value !== undefined && Number.isFinite(value)) {
        if (best === undefined || (better === "lower" ? value < best : value > best))
          return [value, 0, drops];
      }
      if (best === undefined) return state;
      return waited + 1 < patience ? [best, waited + 1, drops] : [best, 0, drops + 1];
    },
  },
);

function isCount(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
