/**
 * The effective receptive field of one position: how strongly every input pixel affects it, by gradients, averaged over random
 * inputs (Luo, Li, Urtasun & Zemel 2016, section 3).
 */

import type { PerAxis } from "../../compiler/axis.ts";
import type { Field } from "../../compiler/geometry/axis-geometry.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import { shapeOf } from "../../compiler/network/totals.ts";
import { isInput } from "../../compiler/ops/input.ts";
import type { MapBatch } from "../arrays.ts";
import type { Session } from "../engines/engine.ts";
import { Random } from "../random.ts";

export interface FieldQuestion {
  readonly shaped: ShapedGraph;
  /** Node number of the feature map, and [row, column] of its position. */
  readonly node: number;
  readonly cell: PerAxis<number>;
  readonly images: number;
  readonly seed: number;
}

/**
 * By input name, row by row: the mean over the images of Σ |gradient| over the input's channels. The gradient is that of the
 * sum of the position's channels; inputs are drawn from the standard normal distribution.
 */
export async function effectiveField(
  session: Session,
  { shaped, node, cell, images, seed }: FieldQuestion,
): Promise<ReadonlyMap<string, Float64Array>> {
  const random = new Random(seed, "effective field");
  const [channels, height, width] = shapeOf(shaped, node);
  const weights = new Float32Array(height * width * channels);
  const start = (cell[0] * width + cell[1]) * channels;
  weights.fill(1, start, start + channels);
  const sums = new Map<string, Float64Array>();
  for (let turn = 0; turn < images; turn += 1) {
    const inputs = randomInputs(shaped, random);
    const shape = [1, height, width, channels] as const;
    for (const [name, gradient] of await session.inputGradients(inputs, node, { shape, data: weights })) {
      const depth = gradient.shape[3];
      const sum = sums.get(name) ?? new Float64Array(gradient.data.length / depth);
      gradient.data.forEach((value, place) => {
        const pixel = Math.floor(place / depth);
        sum[pixel] = (sum[pixel] ?? 0) + Math.abs(value) / images;
      });
      sums.set(name, sum);
    }
  }
  return sums;
}

function randomInputs(shaped: ShapedGraph, random: Random): ReadonlyMap<string, MapBatch> {
  const inputs = new Map<string, MapBatch>();
  for (const id of shaped.graph.inputs) {
    const node = shaped.graph.nodes[id];
    if (node === undefined || !isInput(node)) throw new Error(`node ${id} is no input`);
    const [channels, height, width] = shapeOf(shaped, id);
    const data = Float32Array.from({ length: channels * height * width }, () => random.normal());
    inputs.set(node.attributes.name, { shape: [1, height, width, channels], data });
  }
  return inputs;
}

/** Two standard deviations of a normal distribution, as Luo et al. count (section 3). */
export const usualShare = 0.9545;

/**
 * The smallest square about a pixel that holds `share` of the mass, [rows, columns], clipped to the image; `undefined` without mass.
 */
export function squareHolding(
  mass: Float64Array,
  [height, width]: PerAxis<number>,
  [row, column]: PerAxis<number>,
  share: number,
): PerAxis<Field> | undefined {
  // Mass by distance: a pixel enters when the square has grown by the larger of its two distances.
  const byDistance = new Float64Array(Math.max(height, width) * 2);
  mass.forEach((value, pixel) => {
    const distance = Math.max(Math.abs(Math.floor(pixel / width) - row), Math.abs((pixel % width) - column));
    byDistance[distance] = (byDistance[distance] ?? 0) + value;
  });
  const total = byDistance.reduce((sum, value) => sum + value, 0);
  if (total === 0) return undefined;
  let held = 0;
  const reach = byDistance.findIndex((value) => {
    held += value;
    return held >= share * total * (1 - 1e-12); // the two sums round differently
  });
  const cut = (middle: number, length: number): Field => ({
    low: Math.max(0, middle - reach),
    high: Math.min(length - 1, middle + reach),
  });
  return [cut(row, height), cut(column, width)];
}
