/** The intersection over union of a class, the mean over the classes that occur. */
import { measure } from "./measure.ts";

export const meanIou = measure({
  name: "mean_iou",
  label: "mean IoU",
  summary: "The intersection over union of a class, the mean over the classes that occur.",
  formula: "mean of n_ii / (t_i + Σ_j n_ji − n_ii) over the classes i in labels or predictions",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});
