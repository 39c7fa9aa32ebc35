/** The class of each pixel. */
import { LabelMetrics } from "../metrics/labels.ts";
import { greyPicture } from "./pictures.ts";
import type { TargetRow } from "./target-row.ts";

export const labels: TargetRow<"labels"> = {
  layer: () => ({ kind: "classes" }),
  learned: ({ kind }) => ({ kind }),
  predicts: "classes",
  forLoss: (truth) => {
    if (truth.kind === "labels") return truth;
    throw new Error("values are given where classes are learned");
  },
  restore: "same",
  metrics: (_, classes, demand, counts) => new LabelMetrics(classes, demand, counts),
  enlarges: false,
  picture: (map) => greyPicture(map),
};
