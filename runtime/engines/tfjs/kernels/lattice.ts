/** Splat, blur and slice on a permutohedral lattice (compiler/tensors/primitives/lattice.ts), all channels of a position together. */
import type { TensorInfo } from "@tensorflow/tfjs";
import { blurChains } from "../../../crf/blur-chains.ts";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";
import { chainsOf } from "./lattice-chains.ts";

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
    const images = linksOf(inputs.neighbours.dataId, corners, neighbours, [batch, directions, rows]);
    for (const [image, { vertices, chains }] of images.entries()) {
      const [from, to] = [image * positions * each, (image + 1) * positions * each];
      const table = { corners: corners.subarray(from, to), shares: shares.subarray(from, to), each };
      const map = [image * positions * channels, (image + 1) * positions * channels] as const;
      const sums = new Float32Array(vertices * channels);
      splat(source.subarray(...map), sums, table, channels);
      sums.fill(0, 0, channels); // of no vertex
      for (let step = 0; step < directions; step++) {
        const direction = reverse ? directions - 1 - step : step;
        const chain = chains[direction];
        const first = (image * directions + direction) * rows * 2;
        if (chain !== undefined) blurChains(sums, channels, chain);
        else blur(sums, neighbours.subarray(first, first + rows * 2), channels);
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

/** Of one image. */
interface Links {
  /** With that of none: the tables have room for more. */
  readonly vertices: number;
  /** By direction; `undefined` where neighbours are no chains. */
  readonly chains: readonly (Int32Array | undefined)[];
}

/** By the tensor of the neighbours, which all messages of a step share. */
const known = new WeakMap<object, readonly Links[]>();

function linksOf(
  id: object,
  corners: Int32Array,
  neighbours: Int32Array,
  [batch, directions, rows]: readonly [batch: number, directions: number, rows: number],
): readonly Links[] {
  const old = known.get(id);
  if (old !== undefined) return old;
  const found = Array.from({ length: batch }, (_, image): Links => {
    const part = (array: Int32Array) => {
      const length = array.length / batch;
      return array.subarray(image * length, (image + 1) * length);
    };
    const own = part(neighbours);
    const chains = Array.from({ length: directions }, (_, direction) =>
      chainsOf(own.subarray(direction * rows * 2, (direction + 1) * rows * 2)),
    );
    return { vertices: 1 + Math.max(largest(part(corners)), largest(own)), chains };
  });
  known.set(id, found);
  return found;
}

function largest(values: Int32Array): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) found = Math.max(found, values[i] ?? 0);
  return found;
}

function splat(
  x: Float32Array,
  sums: Float32Array,
  { corners, shares, each }: Table,
  channels: number,
): void {
  for (let i = 0, from = 0; i < corners.length; from += channels) {
    const end = i + each;
    // three at once where there are: a value is read once for them
    for (; i + 3 <= end; i += 3) {
      const [p, q, r] = [shares[i] ?? 0, shares[i + 1] ?? 0, shares[i + 2] ?? 0];
      const a = (corners[i] ?? 0) * channels;
      const b = (corners[i + 1] ?? 0) * channels;
      const d = (corners[i + 2] ?? 0) * channels;
      for (let c = 0; c < channels; c++) {
        const value = x[from + c] ?? 0;
        sums[a + c] = (sums[a + c] ?? 0) + p * value;
        sums[b + c] = (sums[b + c] ?? 0) + q * value;
        sums[d + c] = (sums[d + c] ?? 0) + r * value;
      }
    }
    for (; i < end; i++) {
      const to = (corners[i] ?? 0) * channels;
      const share = shares[i] ?? 0;
      for (let c = 0; c < channels; c++) sums[to + c] = (sums[to + c] ?? 0) + share * (x[from + c] ?? 0);
    }
  }
}

function slice(
  sums: Float32Array,
  result: Float32Array,
  { corners, shares, each }: Table,
  channels: number,
  gain: number,
): void {
  for (let i = 0, to = 0; i < corners.length; to += channels) {
    const end = i + each;
    for (; i + 3 <= end; i += 3) {
      const [p, q, r] = [gain * (shares[i] ?? 0), gain * (shares[i + 1] ?? 0), gain * (shares[i + 2] ?? 0)];
      const a = (corners[i] ?? 0) * channels;
      const b = (corners[i + 1] ?? 0) * channels;
      const d = (corners[i + 2] ?? 0) * channels;
      for (let c = 0; c < channels; c++) {
        const sum = p * (sums[a + c] ?? 0) + q * (sums[b + c] ?? 0) + r * (sums[d + c] ?? 0);
        result[to + c] = (result[to + c] ?? 0) + sum;
      }
    }
    for (; i < end; i++) {
      const from = (corners[i] ?? 0) * channels;
      const share = gain * (shares[i] ?? 0);
      for (let c = 0; c < channels; c++)
        result[to + c] = (result[to + c] ?? 0) + share * (sums[from + c] ?? 0);
    }
  }
}

/** ½ 1 ½ between the vertices before and after each, in place; row 0 is none, and stays 0. */
function blur(sums: Float32Array, neighbours: Int32Array, channels: number): void {
  const old = sums.slice();
  for (let row = 1; row * channels < sums.length; row++) {
    const before = (neighbours[2 * row] ?? 0) * channels;
    const after = (neighbours[2 * row + 1] ?? 0) * channels;
    const own = row * channels;
    for (let c = 0; c < channels; c++)
      sums[own + c] = (old[own + c] ?? 0) + 0.5 * ((old[before + c] ?? 0) + (old[after + c] ?? 0));
  }
}
