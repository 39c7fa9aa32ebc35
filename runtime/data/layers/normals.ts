/** Surface normals: unit vectors, x to the right, y up, z towards the viewer; NaN where they are not known. */
import { enlargement, type GeometricMap } from "../canvas.ts";
import type { LayerKind } from "./layer.ts";
import { readIntegers } from "./read-integers.ts";
import { resampleNearest } from "./resample.ts";

/** Vectors shorter than this have no direction: 8-bit rounding moves a unit vector by less than 0.01. */
const shortest = 0.5;

export const normals: LayerKind<{ readonly kind: "normals" }> = {
  channels: () => 3,
  read: async (file, _, { region }) => {
    const { height, width, data, fullScale } = await readIntegers(file, "normals", region);
    const values = new Float32Array(height * width * 3);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const stored = [0, 1, 2].map((c) => data[pixel * 3 + c] ?? 0);
      const vector = stored.map((level) => level / (fullScale / 2) - 1);
      const length = Math.hypot(...vector);
      const unknown = length < shortest || stored.every((level) => level === 0);
      for (const [c, part] of vector.entries()) values[pixel * 3 + c] = unknown ? Number.NaN : part / length;
    }
    return { height, width, channels: 3, values, fullScale: 1 };
  },
  resample: (layer, map, target) => {
    resampleNearest(layer, map, target, Number.NaN);
    turn(target, map);
  },
};

/**
 * Flips and rotations change x and y as of the picture; z does not change. The similarity takes output to source and is a rotation
 * divided by a scale: its transpose takes directions back.
 */
function turn(target: Float32Array | Int32Array, map: GeometricMap): void {
  const { similarity } = map;
  const scale = enlargement(map);
  if (scale === 1 && similarity.yy === 1 && similarity.xx === 1) return;
  for (let i = 0; i < target.length; i += 3) {
    const right = target[i] ?? Number.NaN;
    const down = -(target[i + 1] ?? Number.NaN);
    target[i] = scale * (similarity.yx * down + similarity.xx * right);
    target[i + 1] = -scale * (similarity.yy * down + similarity.xy * right);
  }
}
