/** From each pixel of an object to the object's centre, down and to the right; NaN where no object is known. */
import { UserError } from "../../user-error.ts";
import { placedCentres } from "../objects/placed-centres.ts";
import { objectsOf } from "../objects/read-objects.ts";
import type { LayerKind, LayerSource } from "./layer.ts";
import { objectNumbers } from "./object-numbers.ts";
import { resampleNearest } from "./resample.ts";

export const offsets: LayerKind<Extract<LayerSource, { kind: "offsets" }>> = {
  channels: () => 2,
  read: async (file, _, { pair, from, region }) => {
    const objects = await objectsOf(pair, from === "labels" ? "labels" : file);
    if (objects.owner === undefined) {
      throw new UserError(
        `${file} has points, and offsets are read from images that number the objects`,
        "give such images, or use the target centres alone",
      );
    }
    const centres = new Map([...objects.centres].map(([number, { y, x }]) => [number, { y, x, channel: 0 }]));
    return { ...objectNumbers(objects, region), centres };
  },
  resample: (layer, map, target, { unit }) => {
    const { height, width } = map;
    const numbers = new Float32Array(height * width);
    resampleNearest(layer, map, numbers, 0);
    const placed = placedCentres(map, layer.centres ?? new Map());
    for (let pixel = 0; pixel < numbers.length; pixel++) {
      const centre = placed.get(numbers[pixel] ?? 0);
      target[2 * pixel] =
        centre === undefined ? Number.NaN : (centre.y - Math.floor(pixel / width) - 0.5) / unit;
      target[2 * pixel + 1] = centre === undefined ? Number.NaN : (centre.x - (pixel % width) - 0.5) / unit;
    }
  },
};
