/** The mean absolute error. */
import { measure } from "./measure.ts";

export const mae = measure({
  name: "mae",
  summary: "The mean absolute error.",
  formula: "mean of |y − t|",
  better: "lower",
});
