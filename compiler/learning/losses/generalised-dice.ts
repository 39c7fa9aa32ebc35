/** The overlap of all classes together, the small ones weighed up. */
import { define } from "../definition/definition.ts";
import { loss } from "./loss.ts";

export const generalisedDice = loss(
  define({
    name: "generalised_dice",
    summary:
      "One minus the Dice overlap of all classes together, each weighted by one over the square of its labelled pixels in the batch.",
    source: "Sudre et al. 2017, section 2",
    parameters: {},
  }),
  {
    formula: "1 − 2 Σ_c w_c Σ p t / Σ_c w_c Σ (p + t), where w_c = 1 / (Σ t)²",
    compares: ["classes"],
  },
);
