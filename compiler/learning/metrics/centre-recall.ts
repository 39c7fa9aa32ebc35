/** The share of true centres that are found. */
import { measure } from "./measure.ts";

export const centreRecall = measure({
  name: "centre_recall",
  summary: "The share of true centres that are found.",
  formula: "matched / true",
  better: "higher",
  share: true,
});
