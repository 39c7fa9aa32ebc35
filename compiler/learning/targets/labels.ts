/** The class of each pixel. */
import { define } from "../definition/definition.ts";
import { boundaryF } from "../metrics/boundary-f.ts";
import { calibrationError } from "../metrics/calibration-error.ts";
import { classMeasures } from "../metrics/class-measures.ts";
import { frequencyWeightedIou } from "../metrics/frequency-weighted-iou.ts";
import { hausdorff95 } from "../metrics/hausdorff95.ts";
import { meanAccuracy } from "../metrics/mean-accuracy.ts";
import { meanDice } from "../metrics/mean-dice.ts";
import { meanIou } from "../metrics/mean-iou.ts";
import { pixelAccuracy } from "../metrics/pixel-accuracy.ts";
import { oneClassEach, target } from "./target.ts";

export const labels = target(
  define({
    name: "labels",
    summary: "The class of each pixel.",
    parameters: {},
  }),
  {
    holds: "The label images of `data`, by `masks`.",
    form: () => "classes",
    byMasks: true,
    reads: () => "labels",
    misfit: oneClassEach,
    usualLoss: () => "cross_entropy",
    measures: [
      meanIou,
      meanDice,
      pixelAccuracy,
      meanAccuracy,
      frequencyWeightedIou,
      boundaryF,
      hausdorff95,
      calibrationError,
    ],
    classMeasures,
    usualMeasure: "mean_iou",
  },
);
