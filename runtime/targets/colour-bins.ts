/** A distribution over the colour bins: learned as a soft code of the colour, measured and shown as the annealed mean. */
import { annealedMean } from "../colour/annealed-mean.ts";
import { softCode } from "../colour/soft-code.ts";
import { ChromaMetrics } from "../metrics/chroma.ts";
import { colouredPicture } from "./pictures.ts";
import { asMap, type TargetRow, valuesForLoss } from "./target-row.ts";

export const colourBins: TargetRow<"colour_bins"> = {
  layer: () => ({ kind: "chroma" }),
  learned: ({ kind, temperature }) => ({ kind, temperature }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth, softCode(asMap(truth))),
  decode: (map, { temperature = 1 }) => annealedMean(map, temperature),
  restore: "same",
  metrics: (_, __, ___, counts) => new ChromaMetrics(counts),
  enlarges: false,
  picture: (map, _, image) => colouredPicture(map, image),
};
