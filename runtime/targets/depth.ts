/** Depth or its logarithm: grey of 16 bits in the target's unit in its files, 0 not known. */
import { DepthMetrics } from "../metrics/depth.ts";
import { byteOf } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const depth: TargetRow<"depth"> = {
  layer: ({ unit, missing, log }) => ({ kind: "depth", unit, missing, log }),
  learned: ({ kind, log, unit }) => ({ kind, log, unit }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth),
  // enlarging by s divides depth by s, as moving nearer does: augmentation, too, does so (runtime/data/layers/depth.ts)
  restore: ({ data }, { log }, { scale }) => {
    if (scale === 1) return;
    for (let i = 0; i < data.length; i++)
      data[i] = log ? (data[i] ?? 0) + Math.log(scale) : (data[i] ?? 0) * scale;
  },
  metrics: ({ log = false }, _, __, counts) => new DepthMetrics(log, counts),
  enlarges: false,
  picture: ({ data, shape: [, height, width] }, { log, unit = 1 }) => {
    const levels = Uint16Array.from(data, (value) => {
      const steps = (log ? Math.exp(value) : value) / unit;
      return Number.isNaN(steps) ? 0 : Math.round(Math.min(65535, Math.max(0, steps)));
    });
    return { width, height, channels: 1, fullScale: 65535, data: levels };
  },
  // near is light, over the range of the truth, so that truth and prediction are shown alike
  preview: ({ data, shape: [, height, width] }, { log }, truth) => {
    const depthOf = (value: number) => (log ? Math.exp(value) : value);
    let [near, far] = [Number.POSITIVE_INFINITY, 0];
    for (const value of truth.data) {
      if (Number.isNaN(value)) continue;
      near = Math.min(near, depthOf(value));
      far = Math.max(far, depthOf(value));
    }
    const grey = Uint8Array.from(data, (value) =>
      Number.isNaN(value) ? 0 : byteOf(far > near ? (far - depthOf(value)) / (far - near) : 0.5),
    );
    return { width, height, channels: 1, fullScale: 255, data: grey };
  },
};
