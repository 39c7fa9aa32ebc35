/** Surface normals: RGB of 127.5 (n + 1) of the unit vector in their files. */
import { NormalMetrics } from "../metrics/normals.ts";
import { rgbPicture } from "./pictures.ts";
import { type TargetRow, valuesForLoss } from "./target-row.ts";

export const normals: TargetRow<"normals"> = {
  layer: () => ({ kind: "normals" }),
  learned: ({ kind }) => ({ kind }),
  predicts: "map",
  forLoss: (truth) => valuesForLoss(truth),
  // x is to the right, y up
  restore: ({ data }, _, { vertical, horizontal }) => {
    for (let i = 0; i < data.length; i += 3) {
      if (horizontal) data[i] = -(data[i] ?? 0);
      if (vertical) data[i + 1] = -(data[i + 1] ?? 0);
    }
  },
  metrics: (_, __, ___, counts) => new NormalMetrics(counts),
  enlarges: false,
  picture: (map) =>
    rgbPicture(map, (vector) => {
      const length = Math.hypot(...vector);
      if (!(length > 0)) return [0, 0, 0];
      return vector.map((part) => Math.round(127.5 * (part / length + 1)));
    }),
};
