/**
 * Largest values of windows, and values moved to and from their places.
 *
 * Pooling indices are kept as places within the windows: those are the same however the map is stored.
 */
import type { WindowAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount, four } from "../../../../compiler/tensors/value.ts";
import { channelsLast, rowMajor } from "../axis-order.ts";
import { fetchFromPlaces, lowest, maximumPlaces, putToPlaces } from "../composed/windows.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Windows } from "../kernels/windows.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import type { PrimitiveKernels } from "./kernel-call.ts";

export const windowMax: PrimitiveKernels<"window_max"> = (call) => {
  const { tf, attributes, results, read } = call;
  const x = call.take(0, channelsLast);
  const windows = windowsOf(attributes, x.shape, results[0]?.shape ?? []);
  const stored = { order: channelsLast };
  const alone = read[1] === false && isDense(windows);
  return {
    results: alone ? [stored] : [stored, { ...stored, places: windows }],
    workspace: { passing: alone ? paddedBytes(x.shape, windows) : 0 },
    run: ([map]) => {
      const given = map as Tensor4D; // of the shape asked for
      if (alone) return [largest(tf, given, windows)];
      const both = runOwnKernel<Tensor[]>(tf, "WindowMaxima", { x: given }, { windows });
      if (both !== undefined) return both;
      const places = maximumPlaces(tf, given, windows);
      const values = isDense(windows)
        ? largest(tf, given, windows)
        : fetchFromPlaces(tf, given, places, windows);
      return [values, places];
    },
  };
};

/** TensorFlow.js pools no dilated windows. */
function isDense({ dilation }: Windows): boolean {
  return dilation[0] === 1 && dilation[1] === 1;
}

function windowsOf(
  { kernel, stride, dilation, before }: WindowAttributes,
  map: readonly number[],
  pooled: readonly number[],
): Windows {
  const [, , height, width] = four(map);
  const [, , rows, columns] = four(pooled);
  return { kernel, stride, dilation, before, map: [height, width], count: [rows, columns] };
}

/** Padding after the feature map is only what the last window needs, so that no window follows it. */
function paddingAfter({ kernel, stride, before, map, count }: Windows, axis: 0 | 1): number {
  return Math.max(0, (count[axis] - 1) * stride[axis] + kernel[axis] - map[axis] - before[axis]);
}

/** Of the padded feature map; 0: it needs no padding. */
function paddedBytes(shape: readonly number[], windows: Windows): number {
  const [batch, channels, height, width] = four(shape);
  const [rows, columns] = ([0, 1] as const).map((axis) => windows.before[axis] + paddingAfter(windows, axis));
  if (rows === undefined || columns === undefined || rows + columns === 0) return 0;
  return 4 * batch * channels * (height + rows) * (width + columns);
}

function largest(tf: TensorFlow, x: Tensor4D, windows: Windows): Tensor4D {
  const { kernel, stride, before } = windows;
  const [bottom, right] = [paddingAfter(windows, 0), paddingAfter(windows, 1)];
  const margins: [number, number][] = [
    [0, 0],
    [before[0], bottom],
    [before[1], right],
    [0, 0],
  ];
  const padded = before[0] + before[1] + bottom + right === 0 ? x : tf.pad(x, margins, lowest);
  return tf.maxPool(padded, [kernel[0], kernel[1]], [stride[0], stride[1]], "valid");
}

export const gather: PrimitiveKernels<"gather"> = (call) => {
  const { tf, operands, results } = call;
  const windows = operands[1]?.places;
  if (windows !== undefined) {
    call.take(0, channelsLast);
    call.asStored(1);
    return {
      results: [{ order: channelsLast }],
      run: ([x, places]) => [fetchFromPlaces(tf, x as Tensor4D, places as Tensor4D, windows)], // of the shapes asked for
    };
  }
  const shape = results[0]?.shape ?? [];
  call.take(0, rowMajor(operands[0]?.shape ?? []));
  call.take(1, rowMajor(shape));
  return {
    results: [{ order: rowMajor(shape) }],
    run: ([x, places]) => {
      if (x === undefined || places === undefined) throw new Error("gather has two operands");
      return [tf.reshape(tf.gather(tf.reshape(x, [x.size]), tf.reshape(places, [places.size])), [...shape])];
    },
  };
};

export const scatter: PrimitiveKernels<"scatter"> = (call) => {
  const {
    tf,
    operands,
    attributes: { shape },
  } = call;
  const windows = operands[1]?.places;
  if (windows !== undefined) {
    call.take(0, channelsLast);
    call.asStored(1);
    return {
      results: [{ order: channelsLast }],
      run: ([values, places]) => [putToPlaces(tf, values as Tensor4D, places as Tensor4D, windows)], // of the shapes asked for
    };
  }
  call.take(0, rowMajor(operands[0]?.shape ?? []));
  call.take(1, rowMajor(operands[1]?.shape ?? []));
  const total = elementCount(shape);
  return {
    results: [{ order: rowMajor(shape) }],
    run: ([values, places]) => {
      if (values === undefined || places === undefined) throw new Error("scatter has two operands");
      const at = tf.reshape(places, [places.size, 1]);
      return [tf.reshape(tf.scatterND(at, tf.reshape(values, [values.size]), [total]), [...shape])];
    },
  };
};

/** Pooling indices as plain numbers: flat in the whole map [batch, channels, height, width]. Stored as before. */
export function flatPlaces(tf: TensorFlow, places: Tensor4D, windows: Windows): Tensor4D {
  const { kernel, stride, dilation, before, map } = windows;
  const [batch, rows, columns, channels] = places.shape;
  return tf.tidy(() => {
    const starts = Int32Array.from({ length: places.size }, (_, i) => {
      const channel = i % channels;
      const column = Math.floor(i / channels) % columns;
      const row = Math.floor(i / (channels * columns)) % rows;
      const image = Math.floor(i / (channels * columns * rows));
      const top = row * stride[0] - before[0];
      return ((image * channels + channel) * map[0] + top) * map[1] + column * stride[1] - before[1];
    });
    const down = tf.floorDiv(places, tf.scalar(kernel[1], "int32"));
    const across = tf.sub(places, tf.mul(down, tf.scalar(kernel[1], "int32")));
    const moved = tf.add(
      tf.mul(down, tf.scalar(dilation[0] * map[1], "int32")),
      tf.mul(across, tf.scalar(dilation[1], "int32")),
    );
    return tf.add(tf.tensor4d(starts, [batch, rows, columns, channels], "int32"), moved);
  });
}
