/** The absolute error relative to the true value. */
import { measure } from "./measure.ts";

export const rel = measure({
  name: "rel",
  summary: "The absolute error relative to the true value.",
  formula: "mean of |y − t| / t",
  better: "lower",
  source: "Eigen, Puhrsch & Fergus 2014, section 4.2",
});
