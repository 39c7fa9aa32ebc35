/** The overlap of soft predictions with labels. */
import { define } from "../definition/definition.ts";
import { loss } from "./loss.ts";

export const dice = loss(
  define({
    name: "dice",
    summary: "One minus the Dice overlap of each class over the batch, the mean over the classes that occur.",
    source: "Milletari et al. 2016, equation 1, with plain sums in the denominator",
    parameters: {},
  }),
  { formula: "1 − (2 Σ p t + 1) / (Σ p + Σ t + 1)", compares: ["classes"] },
);
