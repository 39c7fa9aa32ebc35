/** The mean angle between predicted and true direction, in degrees. */
import { measure } from "./measure.ts";

export const meanAngle = measure({
  name: "mean_angle",
  summary: "The mean angle between predicted and true direction, in degrees.",
  formula: "mean of the angle",
  better: "lower",
  source: "Fouhey, Gupta & Hebert 2013, section 5",
});
