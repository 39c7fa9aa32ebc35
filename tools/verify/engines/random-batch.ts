/** Feature maps and labels at random, from a seed: what engines are given to compare them. */
import type { LabelBatch, MapBatch } from "../../../runtime/arrays.ts";
import { Random } from "../../../runtime/random.ts";

export function randomMaps(seed: number, shape: MapBatch["shape"]): MapBatch {
  const random = new Random(seed, "maps");
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { data: Float32Array.from({ length: count }, () => random.between(-1, 1)), shape };
}

/** Every `ignoreEvery`-th pixel is −1. */
export function randomLabels(
  seed: number,
  shape: LabelBatch["shape"],
  classes: number,
  ignoreEvery = Number.POSITIVE_INFINITY,
): LabelBatch {
  const random = new Random(seed, "labels");
  const count = shape.reduce((product, extent) => product * extent, 1);
  const data = Int32Array.from({ length: count }, (_, i) => {
    const label = random.integer(classes);
    return (i + 1) % ignoreEvery === 0 ? -1 : label;
  });
  return { data, shape };
}
