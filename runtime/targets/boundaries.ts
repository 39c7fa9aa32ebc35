/** Whether each pixel is on a boundary: 255 in its files. */
import { BoundaryMetrics } from "../metrics/boundaries.ts";
import { greyPicture } from "./pictures.ts";
import { classesForLoss, type TargetRow } from "./target-row.ts";

export const boundaries: TargetRow<"boundaries"> = {
  layer: () => ({ kind: "boundaries" }),
  learned: ({ kind }) => ({ kind }),
  predicts: "map",
  forLoss: classesForLoss,
  restore: "same",
  metrics: (_, __, ___, counts) => new BoundaryMetrics(counts),
  enlarges: false,
  // of several channels the last is the probability of a boundary
  picture: (map) => greyPicture(map),
};
