/** The share of predicted centres that are right. */
import { measure } from "./measure.ts";

export const centrePrecision = measure({
  name: "centre_precision",
  summary: "The share of predicted centres that are right.",
  formula:
    "matched / predicted; pairs of one class within distance, the most probable centre first, each true one once",
  better: "higher",
  share: true,
});
