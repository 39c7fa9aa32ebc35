/** Drops of the learning rate after given epochs. */
import { refuse } from "../../diagnostics/problem.ts";
import { define } from "../definition/definition.ts";
import {
  boundValue,
  number,
  optionalCount,
  parameter,
  positional,
  positiveUnit,
} from "../definition/parameters.ts";
import { schedule } from "./schedule.ts";

export const step = schedule(
  define({
    name: "step",
    summary: "The learning rate is multiplied by a factor every few epochs, or after given epochs.",
    source: "He et al. 2016, section 3.4: a tenth each time",
    parameters: {
      every: positional(
        optionalCount({ kind: "count", least: 1 }, "Epochs between two drops.", "given by `at`"),
      ),
      at: parameter(
        { kind: "counts", least: 1 },
        "Epochs after which it drops, in ascending order.",
        "given by `every`",
        (bound) => boundValue(bound, "counts"),
      ),
      factor: number(positiveUnit, "What the learning rate is multiplied by.", 0.1),
    },
    check: ({ every, at }) => {
      if (every === undefined && at === undefined) {
        return refuse("names/argument-needed", {
          owner: "step",
          parameter: "every",
          summary: "the epochs between two drops, or `at`, the epochs after which it drops",
        });
      }
      if (every === undefined || at === undefined) return undefined;
      return refuse(
        "training/wrong-value",
        { what: "at", wanted: "removed where `every` is given", found: "a list" },
        "at",
      );
    },
  }),
  {
    formula: "r factor^k, where k drops came before",
    rate: ({ every, at, factor }, rate, { step: done, stepsPerEpoch }) => {
      const epoch = Math.floor(done / stepsPerEpoch);
      const drops =
        every === undefined ? (at ?? []).filter((after) => after <= epoch).length : Math.floor(epoch / every);
      return rate * factor ** drops;
    },
  },
);
