/** The share of the pixels of a class that are right, the mean over the classes in the labels. */
import { measure } from "./measure.ts";

export const meanAccuracy = measure({
  name: "mean_accuracy",
  summary: "The share of the pixels of a class that are right, the mean over the classes in the labels.",
  formula: "mean of n_ii / t_i",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});
