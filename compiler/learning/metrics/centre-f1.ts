/** The harmonic mean of the precision and the recall of centres. */
import { measure } from "./measure.ts";

export const centreF1 = measure({
  name: "centre_f1",
  label: "centre F1",
  summary: "The harmonic mean of the precision and the recall of centres.",
  formula: "2 matched / (predicted + true)",
  better: "higher",
  share: true,
});
