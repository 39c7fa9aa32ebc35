/** Offsets to the centres of objects: down and to the right, in `unit` pixels. */
import { OffsetMetrics } from "../metrics/offsets.ts";
import { rgbPicture } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const offsets: TargetRow<"offsets"> = {
  layer: ({ unit }) => ({ kind: "offsets", unit }),
  learned: ({ kind, unit, distance }) => ({ kind, unit, distance }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth),
  restore: ({ data }, _, { vertical, horizontal, scale }) => {
    for (let i = 0; i < data.length; i += 2) {
      data[i] = ((vertical ? -1 : 1) * (data[i] ?? 0)) / scale;
      data[i + 1] = ((horizontal ? -1 : 1) * (data[i + 1] ?? 0)) / scale;
    }
  },
  metrics: ({ unit = 1 }, _, __, counts) => new OffsetMetrics(unit, counts),
  enlarges: false,
  finds: "owners",
  // the colour is the direction, black no offset, full colour 32 pixels and more
  picture: (map, { unit = 1 }) =>
    rgbPicture(map, ([down = Number.NaN, right = Number.NaN]) => {
      const strength = Math.min(1, (unit * Math.hypot(down, right)) / 32);
      if (!(strength > 0)) return [0, 0, 0];
      const angle = Math.atan2(down, right);
      return [0, 1, 2].map((c) =>
        Math.round(127.5 * strength * (1 + Math.cos(angle - (2 * Math.PI * c) / 3))),
      );
    }),
};
