/** Heat maps of the centres of objects, one channel a class; NaN outside of the image, and where objects are not known. */
import { UserError } from "../../user-error.ts";
import { type GeometricMap, toSource } from "../canvas.ts";
import { placedCentres } from "../objects/placed-centres.ts";
import { objectsOf } from "../objects/read-objects.ts";
import type { LayerKind, LayerSource } from "./layer.ts";
import { objectNumbers } from "./object-numbers.ts";
import { resampleNearest } from "./resample.ts";

/** Deviations from a centre beyond which its Gaussian is 0; it is 0.011 there. */
const reach = 3;

export const centres: LayerKind<Extract<LayerSource, { kind: "centres" }>> = {
  channels: ({ classes }) => classes?.length ?? 1,
  read: async (file, { classes }, { pair, from, region }) => {
    const objects = await objectsOf(pair, from === "labels" ? "labels" : file);
    const numbers = objectNumbers(objects, region);
    const own = new Map(
      [...objects.centres].flatMap(([number, { y, x, name, at }]) => {
        const channel = classes === undefined ? 0 : name === undefined ? -1 : classes.indexOf(name);
        if (channel >= 0) return [[number, { y, x, channel }] as const];
        // Annotations of COCO may have categories that are not learned.
        if (name !== undefined && from === "labels") return [];
        throw new UserError(
          name === undefined
            ? `${at}: the objects have no class, and centres has ${classes?.length ?? 0} classes`
            : `${at}: "${name}" is not a class of centres`,
          name === undefined
            ? "give CSV files with a column `class`, or annotations of COCO; or remove classes and use one channel"
            : `its classes are ${classes?.join(", ") ?? ""}`,
        );
      }),
    );
    // What is -1 among the numbers is not known; nothing else of them is of use here.
    const known = numbers.values.some((number) => number < 0) ? numbers.values : new Float32Array();
    return { ...numbers, values: known, centres: own };
  },
  resample: (layer, map, target, source) => {
    const channels = source.classes?.length ?? 1;
    fillKnown(layer, map, target, channels);
    const found = layer.centres ?? new Map();
    for (const [number, point] of placedCentres(map, found)) {
      const channel = found.get(number)?.channel ?? 0;
      drawGaussian(target, map, point, { channel, channels, deviation: source.deviation });
    }
  },
};

/** 0 where the objects are known, else NaN. */
function fillKnown(
  layer: Parameters<typeof centres.resample>[0],
  map: GeometricMap,
  target: Float32Array | Int32Array,
  channels: number,
): void {
  const { height, width } = layer;
  const point = { y: 0, x: 0 };
  const numbers = layer.values.length === 0 ? undefined : new Float32Array(map.height * map.width);
  if (numbers !== undefined) resampleNearest({ ...layer, channels: 1 }, map, numbers, -1);
  for (let pixel = 0; pixel < map.height * map.width; pixel++) {
    let known: boolean;
    if (numbers === undefined) {
      toSource(map, Math.floor(pixel / map.width), pixel % map.width, point);
      known = point.y >= 0 && point.y < height && point.x >= 0 && point.x < width;
    } else known = (numbers[pixel] ?? -1) >= 0;
    target.fill(known ? 0 : Number.NaN, pixel * channels, (pixel + 1) * channels);
  }
}

/** The larger of it and what is there. The pixel that has the centre gets 1. */
function drawGaussian(
  target: Float32Array | Int32Array,
  { height, width }: GeometricMap,
  { y, x }: { readonly y: number; readonly x: number },
  {
    channel,
    channels,
    deviation,
  }: { readonly channel: number; readonly channels: number; readonly deviation: number },
): void {
  const [row, column] = [Math.min(Math.floor(y), height - 1), Math.min(Math.floor(x), width - 1)];
  // A point on the lower or right edge of its image belongs to the last pixel.
  const inside = y >= 0 && x >= 0 && y <= height && x <= width;
  const [atRow, atColumn] = inside ? [row, column] : [Math.floor(y), Math.floor(x)];
  const far = Math.ceil(reach * deviation);
  for (let i = Math.max(0, atRow - far); i <= Math.min(height - 1, atRow + far); i++)
    for (let j = Math.max(0, atColumn - far); j <= Math.min(width - 1, atColumn + far); j++) {
      const square = (i - atRow) ** 2 + (j - atColumn) ** 2;
      if (square > far * far) continue;
      const at = (i * width + j) * channels + channel;
      const value = Math.exp(-square / (2 * deviation * deviation));
      if (value > (target[at] ?? Number.NaN)) target[at] = value;
    }
}
