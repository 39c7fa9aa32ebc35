/** The class of each pixel. */
import { define } from "../definition/definition.ts";
import { frequencyWeightedIou } from "../metrics/frequency-weighted-iou.ts";
import { meanAccuracy } from "../metrics/mean-accuracy.ts";
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
    measures: [meanIou, pixelAccuracy, meanAccuracy, frequencyWeightedIou],
    usualMeasure: "mean_iou",
  },
);
