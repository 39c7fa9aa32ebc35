/** An image, as its files are. */
import { ImageMetrics } from "../metrics/image.ts";
import { byteOf, greyPicture, rgbPicture } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const image: TargetRow<"image"> = {
  layer: (_, channels) => ({ kind: "image", channels }),
  learned: ({ kind }) => ({ kind }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth),
  restore: "same",
  metrics: (_, __, demand, counts) => new ImageMetrics(demand, counts),
  enlarges: true,
  picture: (map) => (map.shape[3] === 3 ? rgbPicture(map, (values) => values.map(byteOf)) : greyPicture(map)),
};
