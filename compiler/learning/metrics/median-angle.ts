/** The median angle between predicted and true direction, in degrees. */
import { measure } from "./measure.ts";

export const medianAngle = measure({
  name: "median_angle",
  summary: "The median angle between predicted and true direction, in degrees.",
  formula: "median of the angle, to a tenth of a degree",
  better: "lower",
  source: "Fouhey, Gupta & Hebert 2013, section 5",
});
