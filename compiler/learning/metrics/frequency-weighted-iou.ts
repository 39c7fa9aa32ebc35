/** The intersection over union of each class, weighted by its labelled pixels. */
import { measure } from "./measure.ts";

export const frequencyWeightedIou = measure({
  name: "frequency_weighted_iou",
  label: "frequency-weighted IoU",
  summary: "The intersection over union of each class, weighted by its labelled pixels.",
  formula: "Σ_i t_i IoU_i / Σ_i t_i",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});
