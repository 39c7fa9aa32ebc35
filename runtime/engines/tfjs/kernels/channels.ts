/**
 * Maps joined along their channels, and parted.
 *
 * tfjs-backend-wasm makes a view for every position, which costs more than copying few channels, and its slice first copies the
 * whole feature map.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

/** Above so many channels a view and one copy are faster than a loop. */
const loopedChannels = 24;

/** @param inputs the feature maps, under the keys "0", "1", … */
export function joinChannels(
  tf: TensorFlow,
  inputs: { readonly [place: string]: TensorInfo },
  _attributes: object,
): TensorInfo {
  const parts = Object.values(inputs);
  return onArrays(tf, (heap) => {
    const [batch = 0, height = 0, width = 0] = parts[0]?.shape ?? [];
    const channels = parts.reduce((sum, part) => sum + (part.shape[3] ?? 0), 0);
    const result = heap.output([batch, height, width, channels]);
    const target = heap.floats(result);
    let first = 0;
    for (const part of parts) {
      const count = part.shape[3] ?? 0;
      copyCells(heap.floats(part), 0, count, target, first, channels, count, batch * height * width);
      first += count;
    }
    return result;
  });
}

export function partChannels(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo },
  { first, count }: { readonly first: number; readonly count: number },
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = inputs.x.shape;
    const result = heap.output([batch, height, width, count]);
    const cells = batch * height * width;
    copyCells(heap.floats(inputs.x), first, channels, heap.floats(result), 0, count, count, cells);
    return result;
  });
}

/** Copies `count` floats of every position, with a separate offset and stride for source and target. */
function copyCells(
  source: Float32Array,
  from: number,
  sourceStride: number,
  target: Float32Array,
  to: number,
  targetStride: number,
  count: number,
  cells: number,
): void {
  for (let cell = 0; cell < cells; cell++) {
    const read = cell * sourceStride + from;
    const write = cell * targetStride + to;
    if (count > loopedChannels) target.set(source.subarray(read, read + count), write);
    else for (let i = 0; i < count; i++) target[write + i] = source[read + i] ?? 0;
  }
}
