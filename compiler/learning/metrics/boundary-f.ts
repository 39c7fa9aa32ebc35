/** How well the outlines of classes agree. */
import { measure } from "./measure.ts";

export const boundaryF = measure({
  name: "boundary_f",
  label: "boundary F",
  summary:
    "The F-measure of the boundary of each class in each image, within 0.75 % of its diagonal; the mean over the images that hold the class, then over the classes.",
  formula:
    "2 P R / (P + R), where P is the share of predicted boundary pixels within max(1, 0.0075 diagonal) of a true one, and R the share of true ones within it of a predicted one",
  better: "higher",
  share: true,
  onDemand: true,
  source: "Csurka, Larlus & Perronnin 2013, section 3",
});
