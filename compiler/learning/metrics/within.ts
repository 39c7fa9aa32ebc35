/** The shares of pixels whose angle is below a limit. */
import { type Measure, measure } from "./measure.ts";

function within<const N extends string>(name: N, limit: number): Measure<N> {
  return measure({
    name,
    summary: `The share of pixels whose predicted direction is less than ${limit} degrees from the true one.`,
    formula: `share of angles < ${limit}°`,
    better: "higher",
    share: true,
    source: "Fouhey, Gupta & Hebert 2013, section 5",
  });
}

export const angles = [
  within("within_11_25", 11.25),
  within("within_22_5", 22.5),
  within("within_30", 30),
] as const;
