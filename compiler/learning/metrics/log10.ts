/** The error of the decimal logarithm. */
import { measure } from "./measure.ts";

export const log10 = measure({
  name: "log10",
  summary: "The error of the decimal logarithm.",
  formula: "mean of |log₁₀ y − log₁₀ t|",
  better: "lower",
  source: "Eigen, Puhrsch & Fergus 2014, section 4.2",
});
