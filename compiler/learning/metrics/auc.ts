/** The share of pixels within a distance of their true colour, averaged over distances from 0 to 150 units of CIELAB. */
import { measure } from "./measure.ts";

export const auc = measure({
  name: "auc",
  summary:
    "The share of pixels within a distance of their true colour, averaged over distances from 0 to 150 units of CIELAB.",
  formula: "mean of 1 − min(d, 150) / 150",
  better: "higher",
  share: true,
  source: "Zhang, Isola & Efros 2016, section 3.1",
});
