/** Pooling windows: places of maxima, values put to them and fetched from them. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { TensorFlow } from "../types.ts";
import { onArrays } from "./array-heap.ts";

export interface Windows {
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  /** Distance between neighbouring elements of a window, in positions. */
  readonly dilation: PerAxis<number>;
  /** Positions of padding before the first position. */
  readonly before: PerAxis<number>;
  /** [height, width] of the feature map that is pooled. */
  readonly map: PerAxis<number>;
  /** How many windows there are along each axis. */
  readonly count: PerAxis<number>;
}

interface WindowsAttributes {
  readonly windows: Windows;
}

/** The largest value of every window, and its place. */
export function windowMaxima(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo },
  { windows }: WindowsAttributes,
): TensorInfo[] {
  return onArrays(tf, (heap) => {
    const [batch = 0, , , channels = 0] = inputs.x.shape;
    const shape = [batch, windows.count[0], windows.count[1], channels];
    const [values, places] = [heap.output(shape), heap.integerOutput(shape)];
    const target = heap.integers(places).fill(0);
    const best = heap.floats(values);
    const source = heap.floats(inputs.x);
    forEachWindow(batch, channels, windows, (cell, taps, tapCount) => {
      const [first = 0, firstPlace = 0] = taps;
      for (let c = 0; c < channels; c++) {
        best[cell + c] = source[first + c] ?? 0;
        target[cell + c] = firstPlace;
      }
      for (let t = 2; t < tapCount; t += 2) {
        const at = taps[t] ?? 0;
        const place = taps[t + 1] ?? 0;
        for (let c = 0; c < channels; c++) {
          const value = source[at + c] ?? 0;
          if (value > (best[cell + c] ?? 0)) {
            best[cell + c] = value;
            target[cell + c] = place;
          }
        }
      }
    });
    return [values, places];
  });
}

export function putToPlaces(
  tf: TensorFlow,
  inputs: { readonly values: TensorInfo; readonly places: TensorInfo },
  { windows }: WindowsAttributes,
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [batch = 0, , , channels = 0] = inputs.values.shape;
    const result = heap.output([batch, windows.map[0], windows.map[1], channels]);
    const target = heap.floats(result).fill(0);
    const values = heap.floats(inputs.values);
    const places = heap.integers(inputs.places);
    forEachPlace(batch, channels, windows, places, (cell, at) => {
      target[at] = (target[at] ?? 0) + (values[cell] ?? 0);
    });
    return result;
  });
}

export function fetchFromPlaces(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo; readonly places: TensorInfo },
  { windows }: WindowsAttributes,
): TensorInfo {
  return onArrays(tf, (heap) => {
    const [batch = 0, , , channels = 0] = inputs.x.shape;
    const result = heap.output([batch, windows.count[0], windows.count[1], channels]);
    const target = heap.floats(result);
    const source = heap.floats(inputs.x);
    const places = heap.integers(inputs.places);
    forEachPlace(batch, channels, windows, places, (cell, at) => {
      target[cell] = source[at] ?? 0;
    });
    return result;
  });
}

/**
 * Visits windows in order: `cell` is the flat index of the window's first channel; `taps` holds, for every position of the feature map
 * that the window covers, its flat index and its place in the window, in row order.
 */
function forEachWindow(
  batch: number,
  channels: number,
  { kernel, stride, dilation, before, map, count }: Windows,
  visit: (cell: number, taps: Int32Array, tapCount: number) => void,
): void {
  const taps = new Int32Array(2 * kernel[0] * kernel[1]);
  let cell = 0;
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < count[0]; row++) {
      const top = row * stride[0] - before[0];
      for (let column = 0; column < count[1]; column++) {
        const left = column * stride[1] - before[1];
        let tapCount = 0;
        for (let i = firstTap(top, dilation[0]); i < kernel[0]; i++) {
          const y = top + i * dilation[0];
          if (y >= map[0]) break;
          for (let j = firstTap(left, dilation[1]); j < kernel[1]; j++) {
            const x = left + j * dilation[1];
            if (x >= map[1]) break;
            taps[tapCount++] = ((b * map[0] + y) * map[1] + x) * channels;
            taps[tapCount++] = i * kernel[1] + j;
          }
        }
        visit(cell, taps, tapCount);
        cell += channels;
      }
    }
  }
}

/** The first element of a window that is not in the padding before the feature map. */
function firstTap(start: number, dilation: number): number {
  return Math.max(0, Math.ceil(-start / dilation));
}

/** Visits every value of the pooled feature map with the flat index its pooling index has on the unpooled one. */
function forEachPlace(
  batch: number,
  channels: number,
  { kernel, stride, dilation, before, map, count }: Windows,
  places: Int32Array,
  visit: (cell: number, at: number) => void,
): void {
  let cell = 0;
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < count[0]; row++) {
      const top = row * stride[0] - before[0];
      for (let column = 0; column < count[1]; column++) {
        const left = column * stride[1] - before[1];
        for (let c = 0; c < channels; c++, cell++) {
          const place = places[cell] ?? 0;
          const j = place % kernel[1];
          const y = top + ((place - j) / kernel[1]) * dilation[0];
          visit(cell, ((b * map[0] + y) * map[1] + left + j * dilation[1]) * channels + c);
        }
      }
    }
  }
}
