/** A squared difference that becomes linear. */
import { define } from "../definition/definition.ts";
import { number, positional, positive } from "../definition/parameters.ts";
import { loss, numbers } from "./loss.ts";

export const huber = loss(
  define({
    name: "huber",
    summary: "Half the squared difference up to a threshold, a line beyond it.",
    source: "Huber 1964",
    parameters: {
      threshold: positional(
        number(positive, "Where the parabola becomes a line, in the units of the target.", 1),
      ),
    },
  }),
  { formula: "x² / 2 where |x| ≤ threshold, else threshold (|x| − threshold / 2)", compares: numbers },
);
