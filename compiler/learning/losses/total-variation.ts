/** How much a prediction differs between neighbours. */
import { define } from "../definition/definition.ts";
import { loss } from "./loss.ts";

export const totalVariation = loss(
  define({
    name: "total_variation",
    summary:
      "The absolute differences of neighbouring positions of the prediction, of the probabilities where it has classes; it needs no target.",
    source: "Rudin, Osher & Fatemi 1992, the sum of both axes in place of the length of the gradient",
    parameters: {},
  }),
  {
    formula:
      "Σ |p(y + 1, x) − p(y, x)| + |p(y, x + 1) − p(y, x)| over the positions and channels, over their number",
    compares: [],
  },
);
