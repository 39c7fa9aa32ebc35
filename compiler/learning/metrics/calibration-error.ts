/** How far probabilities are from the shares of pixels that are right. */
import { measure } from "./measure.ts";

export const calibrationError = measure({
  name: "calibration_error",
  label: "calibration error",
  summary:
    "The expected calibration error: by how much the probability of the predicted class differs from the share of pixels that are right, over 15 bins of probability.",
  formula: "Σ_b n_b / n |right_b / n_b − mean probability of b|",
  better: "lower",
  share: true,
  onDemand: true,
  source: "Guo, Pleiss, Sun & Weinberger 2017, equation 5",
});
