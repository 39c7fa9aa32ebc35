/** The class of the whole image. */
import { ImageClassMetrics } from "../metrics/image-class.ts";
import { greyPicture } from "./pictures.ts";
import { asMap, type TargetRow } from "./target-row.ts";

export const imageClass: TargetRow<"image_class"> = {
  layer: ({ classes }) => ({ kind: "image_class", classes }),
  learned: ({ kind, classes }) => ({ kind, classes }),
  predicts: "map",
  forLoss: (truth) => {
    const { data: values, shape } = asMap(truth);
    const data = Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value));
    return { kind: "labels", data, shape: [shape[0], shape[1], shape[2]] };
  },
  restore: "same",
  metrics: (_, __, ___, counts) => new ImageClassMetrics(counts),
  enlarges: false,
  // one pixel; a table is written in its place
  picture: (map) => greyPicture(map),
};
