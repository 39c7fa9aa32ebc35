/** a* and b* of a grey image: RGB with the lightness of the image. */
import { ChromaMetrics } from "../metrics/chroma.ts";
import { colouredPicture } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const chroma: TargetRow<"chroma"> = {
  layer: () => ({ kind: "chroma" }),
  learned: ({ kind }) => ({ kind }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth),
  restore: "same",
  metrics: (_, __, ___, counts) => new ChromaMetrics(counts),
  enlarges: false,
  picture: (map, _, image) => colouredPicture(map, image),
};
