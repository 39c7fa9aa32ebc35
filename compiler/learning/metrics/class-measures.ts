/** Measures of one class, `keep best by iou of cell`. Their means over the classes are measures of the output. */
import { boundaryF } from "./boundary-f.ts";
import { hausdorff95 } from "./hausdorff95.ts";
import { measure } from "./measure.ts";

const iou = measure({
  name: "iou",
  label: "IoU",
  summary: "The intersection over union of one class.",
  formula: "n_ii / (t_i + Σ_j n_ji − n_ii)",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});

const accuracy = measure({
  name: "accuracy",
  summary: "The share of the labelled pixels of one class that are predicted as it.",
  formula: "n_ii / t_i",
  better: "higher",
  share: true,
  source: "Long, Shelhamer & Darrell 2015, section 5",
});

const dice = measure({
  name: "dice",
  label: "Dice",
  summary: "The Dice overlap of one class.",
  formula: "2 n_ii / (t_i + Σ_j n_ji)",
  better: "higher",
  share: true,
  source: "Dice 1945",
});

export const classMeasures = [iou, accuracy, dice, boundaryF, hausdorff95] as const;

export type ClassMeasure = (typeof classMeasures)[number]["name"];
