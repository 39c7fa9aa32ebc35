/** The first place of the largest value along an axis, which stays with extent 1. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

export function firstLargest(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo },
  { axis }: { readonly axis: number },
): TensorInfo {
  const { shape } = inputs.x;
  const extent = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((count, one) => count * one, 1);
  return onArrays(tf, (heap) => {
    const result = heap.integerOutput(shape.with(axis, 1));
    const [source, target] = [heap.floats(inputs.x), heap.integers(result)];
    for (let i = 0; i < target.length; i++) {
      const first = Math.floor(i / inner) * extent * inner + (i % inner);
      let best = 0;
      let largest = source[first] ?? 0;
      for (let place = 1; place < extent; place++) {
        const value = source[first + place * inner] ?? 0;
        if (value > largest) [largest, best] = [value, place];
      }
      target[i] = best;
    }
    return result;
  });
}
