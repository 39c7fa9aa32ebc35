/** Splat, blur and slice on a permutohedral lattice (compiler/tensors/primitives/lattice.ts), all channels of a position together. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

/** @param inputs x [batch, height, width, channels]; the tables as the primitive has them */
export function lattice(
  tf: TensorFlow,
  inputs: {
    readonly x: TensorInfo;
    readonly corners: TensorInfo;
    readonly shares: TensorInfo;
    readonly neighbours: TensorInfo;
  },
  { gain, reverse }: { readonly gain: number; readonly reverse: boolean },
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = inputs.x.shape;
    const [, directions = 0, rows = 0] = inputs.neighbours.shape;
    const each = inputs.corners.shape[2] ?? 0;
    const result = heap.output(inputs.x.shape);
    const target = heap.floats(result).fill(0);
    const [source, shares] = [heap.floats(inputs.x), heap.floats(inputs.shares)];
    const [corners, neighbours] = [heap.integers(inputs.corners), heap.integers(inputs.neighbours)];
    const positions = height * width;
    const vertices = verticesOf(inputs.neighbours.dataId, corners, neighbours, batch);
    for (let image = 0; image < batch; image++) {
      const [from, to] = [image * positions * each, (image + 1) * positions * each];
      const table = { corners: corners.subarray(from, to), shares: shares.subarray(from, to), each };
      const map = [image * positions * channels, (image + 1) * positions * channels] as const;
      const count = (vertices[image] ?? 0) * channels;
      let sums = new Float64Array(count);
      let others = new Float64Array(count);
      splat(source.subarray(...map), sums, table, channels);
      sums.fill(0, 0, channels); // of no vertex
      for (let step = 0; step < directions; step++) {
        const direction = reverse ? directions - 1 - step : step;
        const first = (image * directions + direction) * rows * 2;
        blur(sums, others, neighbours.subarray(first, first + rows * 2), channels);
        [sums, others] = [others, sums];
      }
      slice(sums, target.subarray(...map), table, channels, gain);
    }
    return result;
  });
}

/** Of one image: the vertices around each position, and its shares in them. */
interface Table {
  readonly corners: Int32Array;
  readonly shares: Float32Array;
  /** Vertices around a position. */
  readonly each: number;
}

/** By the tensor of the neighbours, which all messages of a step share. */
const counted = new WeakMap<object, readonly number[]>();

/** How many vertices each image has, with that of none: the tables have room for more. */
function verticesOf(
  id: object,
  corners: Int32Array,
  neighbours: Int32Array,
  batch: number,
): readonly number[] {
  const known = counted.get(id);
  if (known !== undefined) return known;
  const found = Array.from({ length: batch }, (_, image) => {
    const part = (array: Int32Array) => {
      const each = array.length / batch;
      return largest(array.subarray(image * each, (image + 1) * each));
    };
    return 1 + Math.max(part(corners), part(neighbours));
  });
  counted.set(id, found);
  return found;
}

function largest(values: Int32Array): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) found = Math.max(found, values[i] ?? 0);
  return found;
}

function splat(
  x: Float32Array,
  sums: Float64Array,
  { corners, shares, each }: Table,
  channels: number,
): void {
  for (let i = 0, from = 0; i < corners.length; from += channels) {
    for (let k = 0; k < each; k++, i++) {
      const to = (corners[i] ?? 0) * channels;
      const share = shares[i] ?? 0;
      for (let c = 0; c < channels; c++) sums[to + c] = (sums[to + c] ?? 0) + share * (x[from + c] ?? 0);
    }
  }
}

function slice(
  sums: Float64Array,
  result: Float32Array,
  { corners, shares, each }: Table,
  channels: number,
  gain: number,
): void {
  for (let i = 0, to = 0; i < corners.length; to += channels) {
    for (let k = 0; k < each; k++, i++) {
      const from = (corners[i] ?? 0) * channels;
      const share = gain * (shares[i] ?? 0);
      for (let c = 0; c < channels; c++)
        result[to + c] = (result[to + c] ?? 0) + share * (sums[from + c] ?? 0);
    }
  }
}

/** ½ 1 ½ between the vertices before and after each; row 0 is none, and stays 0. */
function blur(sums: Float64Array, result: Float64Array, neighbours: Int32Array, channels: number): void {
  for (let row = 1; row * channels < sums.length; row++) {
    const before = (neighbours[2 * row] ?? 0) * channels;
    const after = (neighbours[2 * row + 1] ?? 0) * channels;
    const own = row * channels;
    for (let c = 0; c < channels; c++)
      result[own + c] = (sums[own + c] ?? 0) + 0.5 * ((sums[before + c] ?? 0) + (sums[after + c] ?? 0));
  }
}
