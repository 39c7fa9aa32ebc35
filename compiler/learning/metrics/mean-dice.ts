/** The Dice overlap of a class, the mean over the classes that occur. */
import { measure } from "./measure.ts";

export const meanDice = measure({
  name: "mean_dice",
  label: "mean Dice",
  summary: "The Dice overlap of a class, the mean over the classes that occur.",
  formula: "mean of 2 n_ii / (t_i + Σ_j n_ji) over the classes i in labels or predictions",
  better: "higher",
  share: true,
  source: "Dice 1945",
});
