/** The values of an output whose rows were predicted part by part. */
import type { MapBatch } from "../arrays.ts";
import type { PositionMap } from "./tiles/output-band.ts";

/** @throws Error where the map holds classes: a fault of the caller */
export function asValues({ data, shape }: PositionMap): MapBatch {
  if (data instanceof Float32Array) return { data, shape };
  throw new Error("classes are no values");
}

/** One below another. */
export function stacked(maps: readonly PositionMap[]): MapBatch {
  const [first, second] = maps;
  if (first === undefined) throw new Error("an output has no rows");
  if (second === undefined) return asValues(first);
  const data = new Float32Array(maps.reduce((sum, map) => sum + map.data.length, 0));
  let at = 0;
  for (const map of maps) {
    data.set(map.data, at);
    at += map.data.length;
  }
  const [, , width, channels] = first.shape;
  return { data, shape: [1, data.length / (width * channels), width, channels] };
}
