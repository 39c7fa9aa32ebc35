/** The root of the mean squared error. */
import { measure } from "./measure.ts";

export const rms = measure({
  name: "rms",
  summary: "The root of the mean squared error.",
  formula: "√ mean of (y − t)²",
  better: "lower",
  source: "Eigen, Puhrsch & Fergus 2014, section 4.2",
});
