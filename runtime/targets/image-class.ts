/** The class of the whole image. */
import { ImageClassMetrics } from "../metrics/image-class.ts";
import { greyPicture } from "./pictures.ts";
import { classesForLoss, type TargetRow } from "./target-row.ts";

export const imageClass: TargetRow<"image_class"> = {
  layer: ({ classes }) => ({ kind: "image_class", classes }),
  learned: ({ kind, classes }) => ({ kind, classes }),
  predicts: "map",
  forLoss: classesForLoss,
  restore: "same",
  metrics: (_, __, ___, counts) => new ImageClassMetrics(counts),
  enlarges: false,
  // one pixel; a table is written in its place
  picture: (map) => greyPicture(map),
};
