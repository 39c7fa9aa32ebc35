/** How far outlines of classes are apart, but for the farthest twentieth. */
import { measure } from "./measure.ts";

export const hausdorff95 = measure({
  name: "hausdorff95",
  label: "Hausdorff 95",
  summary:
    "The 95th percentile of the distances between the predicted and true surfaces of a class, in pixels; the mean over the images that hold the class, then over the classes. Where only one of the two has the class it is the diagonal of the image.",
  formula:
    "max of the 95th percentiles of min_t |p − t| over the surface pixels p, and of min_p |p − t| over t",
  better: "lower",
  unit: "px",
  onDemand: true,
  source: "Huttenlocher, Klanderman & Rucklidge 1993, sections 2 and 3: the ranked distance",
});
