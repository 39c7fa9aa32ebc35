/** Centres of objects: heat maps, and the points where they are largest. */
import { atCentre } from "../../compiler/tensors/losses/heat.ts";
import type { MapBatch } from "../arrays.ts";
import type { ImageFit } from "../fit/fit.ts";
import { alignMap, nearestPositions } from "../fit/fit-batch.ts";
import { CentreMetrics } from "../metrics/centres.ts";
import type { LearnedTarget } from "./learned-target.ts";
import { byteOf } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const centres: TargetRow<"centres"> = {
  layer: ({ deviation, classes }) => ({ kind: "centres", deviation, classes }),
  learned: ({ kind, deviation, threshold, distance, classes }) => ({
    kind,
    deviation,
    threshold,
    distance,
    ...(classes !== undefined && { classes }),
  }),
  predicts: "map",
  align: alignedPeaks,
  forLoss: (truth) => valuesForLoss(truth),
  restore: "same",
  metrics: (learned, _, __, counts) =>
    new CentreMetrics({ ...peakSettings(learned), distance: learned.distance ?? 8 }, counts),
  enlarges: false,
  finds: "points",
  // the largest over the classes
  picture: ({ data, shape: [, height, width, channels] }) => {
    const grey = Uint8Array.from({ length: height * width }, (_, pixel) => {
      let most = Number.NaN;
      for (let c = 0; c < channels; c++) {
        const value = data[pixel * channels + c] ?? Number.NaN;
        if (!(value <= most)) most = value;
      }
      return byteOf(most);
    });
    return { width, height, channels: 1, fullScale: 255, data: grey };
  },
};

/** How its centres are found. */
export function peakSettings({
  threshold = 0.3,
  deviation = 8,
}: Pick<LearnedTarget, "threshold" | "deviation">) {
  return { threshold, radius: deviation };
}

/** Positions may be between pixels, so that none has the value of a centre: the position nearest to a centre gets it. */
function alignedPeaks(truth: MapBatch, fit: ImageFit, output: number): MapBatch {
  const aligned = alignMap(truth, fit, output);
  const [batch, height, width, channels] = truth.shape;
  const [, positionRows, positionColumns] = aligned.shape;
  const [rows, columns] = nearestPositions(fit, output);
  for (let i = 0; i < batch * height * width * channels; i++) {
    if (!((truth.data[i] ?? 0) > atCentre)) continue;
    const channel = i % channels;
    const pixel = Math.floor(i / channels);
    const column = columns[pixel % width] ?? 0;
    const row = rows[Math.floor(pixel / width) % height] ?? 0;
    const image = Math.floor(pixel / (width * height));
    const at = ((image * positionRows + row) * positionColumns + column) * channels + channel;
    if (!Number.isNaN(aligned.data[at])) aligned.data[at] = 1;
  }
  return aligned;
}
