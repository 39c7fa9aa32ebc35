/** The share of the pixels whose class is right. */
import { measure } from "./measure.ts";

export const pixelAccuracy = measure({
  name: "pixel_accuracy",
  summary: "The share of the pixels whose class is right.",
  formula: "Σ_i n_ii / Σ_i t_i",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});
