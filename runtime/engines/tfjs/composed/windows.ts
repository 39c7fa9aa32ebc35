/**
 * Pooling windows: the pooling indices, values scattered to them, and values gathered from them.
 *
 * Scattering is unpooling, and the gradient of max pooling; gathering is the gradient of unpooling. Where windows overlap,
 * values scattered to one position are added. WebAssembly has kernels of its own for the three; elsewhere they are composed, tap by tap, of
 * operations that every backend has.
 */

import type { PerAxis } from "../../../../compiler/axis.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Windows } from "../kernels/windows.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";

/** Below every finite float32 a network produces, and finite itself: WebGPU may treat infinities as it likes. */
export const lowest = -3.4028234663852886e38;

/** The pooling indices: the place of the first maximum of every window in row order, row · kernel width + column: int32 [batch, rows, columns, channels]. */
export function maximumPlaces(tf: TensorFlow, x: Tensor4D, windows: Windows): Tensor4D {
  return tf.tidy(() => {
    const taps = tapsOf(tf, x, windows, lowest);
    let best = taps(0);
    let places: Tensor = tf.zerosLike(best).toInt();
    for (let place = 1; place < windows.kernel[0] * windows.kernel[1]; place++) {
      const tap = taps(place);
      const greater = tf.greater(tap, best);
      places = tf.where(greater, tf.fill(best.shape, place, "int32"), places);
      best = tf.maximum(best, tap);
    }
    return places as Tensor4D; // of the shape of a tap
  });
}

/** Scatters values to the pooling indices, with zeros elsewhere: [batch, map height, map width, channels]. */
export function putToPlaces(tf: TensorFlow, values: Tensor4D, places: Tensor4D, windows: Windows): Tensor4D {
  const own = runOwnKernel<Tensor4D>(tf, "PutToPlaces", { values, places }, { windows });
  if (own !== undefined) return own;
  return tf.tidy(() => {
    const { kernel, stride, dilation, before, map, count } = windows;
    const [batch, , , channels] = values.shape;
    const grid = gridOf(windows);
    const rows: Tensor4D[] = [];
    for (let phaseY = 0; phaseY < stride[0]; phaseY++) {
      const cells: Tensor4D[] = [];
      for (let phaseX = 0; phaseX < stride[1]; phaseX++) {
        let sum: Tensor4D = tf.zeros([batch, grid[0], grid[1], channels]);
        for (let i = 0; i < kernel[0]; i++) {
          if ((i * dilation[0]) % stride[0] !== phaseY) continue;
          for (let j = 0; j < kernel[1]; j++) {
            if ((j * dilation[1]) % stride[1] !== phaseX) continue;
            const top = Math.floor((i * dilation[0]) / stride[0]);
            const left = Math.floor((j * dilation[1]) / stride[1]);
            const chosen = whereAt(tf, places, i * kernel[1] + j, values);
            const margins: [number, number][] = [
              [0, 0],
              [top, grid[0] - count[0] - top],
              [left, grid[1] - count[1] - left],
              [0, 0],
            ];
            sum = tf.add(sum, tf.pad(chosen, margins));
          }
        }
        cells.push(sum);
      }
      const row = tf.concat(cells, 3);
      rows.push(tf.reshape(row, [batch, grid[0], 1, grid[1] * stride[1] * channels]));
    }
    const whole = [grid[0] * stride[0], grid[1] * stride[1]] as const;
    const padded = tf.reshape(tf.concat(rows, 2), [batch, whole[0], whole[1], channels]);
    const enough = tf.pad(padded, [
      [0, 0],
      [0, Math.max(0, before[0] + map[0] - whole[0])],
      [0, Math.max(0, before[1] + map[1] - whole[1])],
      [0, 0],
    ]);
    return tf.slice(enough as Tensor4D, [0, before[0], before[1], 0], [batch, map[0], map[1], channels]); // rank 4
  });
}

/** Gathers the values at the pooling indices: [batch, rows, columns, channels]. */
export function fetchFromPlaces(tf: TensorFlow, x: Tensor4D, places: Tensor4D, windows: Windows): Tensor4D {
  const own = runOwnKernel<Tensor4D>(tf, "FetchFromPlaces", { x, places }, { windows });
  if (own !== undefined) return own;
  return tf.tidy(() => {
    const taps = tapsOf(tf, x, windows, 0);
    let sum: Tensor4D = tf.zeros(places.shape);
    for (let place = 0; place < windows.kernel[0] * windows.kernel[1]; place++) {
      sum = tf.add(sum, whereAt(tf, places, place, taps(place)));
    }
    return sum;
  });
}

function whereAt(tf: TensorFlow, places: Tensor4D, place: number, values: Tensor4D): Tensor4D {
  return tf.where(tf.equal(places, tf.scalar(place, "int32")), values, tf.zerosLike(values));
}

/** Positions of one phase of the stride that the windows reach, along each axis. */
function gridOf({ kernel, stride, dilation, count }: Windows): PerAxis<number> {
  const along = (axis: 0 | 1): number =>
    count[axis] + Math.floor(((kernel[axis] - 1) * dilation[axis]) / stride[axis]);
  return [along(0), along(1)];
}

/** The feature map at one element of every window: [batch, rows, columns, channels]. */
function tapsOf(tf: TensorFlow, x: Tensor4D, windows: Windows, padding: number): (place: number) => Tensor4D {
  const { kernel, stride, dilation, before, count } = windows;
  const [batch, height, width, channels] = x.shape;
  const grid = gridOf(windows);
  const whole = [grid[0] * stride[0], grid[1] * stride[1]] as const;
  const margins: [number, number][] = [
    [0, 0],
    [before[0], Math.max(0, whole[0] - height - before[0])],
    [before[1], Math.max(0, whole[1] - width - before[1])],
    [0, 0],
  ];
  const padded = tf.pad(x, margins, padding);
  const fitted = tf.slice(padded, [0, 0, 0, 0], [batch, whole[0], whole[1], channels]);
  return (place) => {
    const [i, j] = [Math.floor(place / kernel[1]) * dilation[0], (place % kernel[1]) * dilation[1]];
    const byRow = tf.reshape(fitted, [batch, grid[0], stride[0], whole[1] * channels]);
    const rowStart: [number, number, number, number] = [0, Math.floor(i / stride[0]), i % stride[0], 0];
    const row = tf.slice(byRow, rowStart, [batch, count[0], 1, whole[1] * channels]);
    const byColumn = tf.reshape(row, [batch * count[0], grid[1], stride[1], channels]);
    const start: [number, number, number, number] = [0, Math.floor(j / stride[1]), j % stride[1], 0];
    const column = tf.slice(byColumn, start, [batch * count[0], count[1], 1, channels]);
    return tf.reshape(column, [batch, count[0], count[1], channels]);
  };
}
