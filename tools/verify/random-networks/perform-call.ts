/** One call along one axis: the defaults of its word filled in, and its definition applied. */
import type { AxisMap } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import {
  type Border,
  cornersAligned,
  cut,
  type Made,
  nails,
  overall,
  padded,
  pooled,
  resampled,
  transposed,
  unpooled,
  type Window,
  windows,
} from "./definitions.ts";
import type { Call, Sides, WindowPadding } from "./program.ts";
import type { Value } from "./value.ts";

export interface CallInputs<T> {
  readonly current: Value<T>;
  /** The feature map that the call names; the current one when it names none. */
  readonly other: Value<T>;
}

/** Channels of the result; `undefined`: the call cannot be made. */
export function callChannels<T>(call: Call, { current, other }: CallInputs<T>): number | undefined {
  switch (call.word) {
    case "conv":
    case "transposed_conv": {
      const divided = current.channels % call.groups === 0 && call.channels % call.groups === 0;
      const reaches = call.word === "conv" || call.padding !== "same" || reachesNext(call);
      return divided && reaches ? call.channels : undefined;
    }
    case "learned":
      return call.channels ?? current.channels;
    case "pool":
      return paddingReachesKernel(call) ? undefined : current.channels;
    case "unpool":
      return other.pool === undefined || other.channels !== current.channels ? undefined : current.channels;
    default:
      return current.channels;
  }
}

/** Whether the kernel of a transposed convolution reaches from one position to the next. */
export function reachesNext({ kernel, stride }: Extract<Call, { word: "transposed_conv" }>): boolean {
  return kernel[0] >= stride[0] && kernel[1] >= stride[1];
}

export function paddingReachesKernel(call: Extract<Call, { word: "pool" }>): boolean {
  return ([0, 1] as const).some((axis) => {
    const { before, after } = poolWindow(call, axis).border;
    return Math.max(before, after) > (call.kernel[axis] - 1) * call.dilation[axis];
  });
}

export function called<T>(
  call: Call,
  { current, other }: CallInputs<T>,
  axis: 0 | 1,
  kind: CellKind<T>,
): Made<T> {
  const { map } = current;
  if (map === undefined || other.map === undefined) return undefined;
  switch (call.word) {
    case "conv": {
      const dilation = call.dilation[axis];
      const kernel = call.kernel[axis];
      const border = borderOf(call.padding, axis, (kernel - 1) * dilation);
      return windows(kind, map, { kernel, stride: call.stride[axis], dilation, border, ceil: false });
    }
    case "pool":
      return pooled(kind, map, poolWindow(call, axis));
    case "transposed_conv": {
      const [kernel, stride] = [call.kernel[axis], call.stride[axis]];
      return transposed(kind, map, kernel, stride, borderOf(call.padding, axis, kernel - stride));
    }
    case "learned": {
      const kernel = call.kernel?.[axis] ?? call.factor[axis];
      return transposed(kind, map, kernel, call.factor[axis], { before: 0, after: 0 });
    }
    case "resample": {
      const results = map.cells.length * call.factor[axis];
      return call.alignCorners
        ? cornersAligned(kind, map, results)
        : resampled(kind, map, results, call.mode);
    }
    case "resample_to":
      return resampledTo(kind, map, other.map, call);
    case "unpool_nearest":
      return resampled(kind, map, map.cells.length * call.factor[axis], "nearest");
    case "bed_of_nails":
      return nails(kind, map, call.factor[axis]);
    case "global_pool":
      return overall(kind, map);
    case "unpool": {
      const { pool } = other;
      if (pool?.input.map === undefined) return undefined;
      return unpooled(kind, map, other.map, pool.input.map, pool.window);
    }
    case "crop": {
      const { before, after } = sideOf(call.sides, axis);
      return cut(map, before, map.cells.length - before - after);
    }
    case "pad":
      return padded(kind, map, sideOf(call.sides, axis), call.mode);
    case "cellwise":
      return map;
  }
}

/** A feature map that depends on the whole input gets the coordinates of the other feature map. */
function resampledTo<T>(
  kind: CellKind<T>,
  map: AxisMap<T>,
  other: AxisMap<T>,
  call: Extract<Call, { word: "resample_to" }>,
): Made<T> {
  const results = other.cells.length;
  const made = call.alignCorners
    ? cornersAligned(kind, map, results)
    : resampled(kind, map, results, call.mode);
  return made === undefined || map.grid !== undefined ? made : { ...made, grid: other.grid };
}

export function poolWindow(call: Extract<Call, { word: "pool" }>, axis: 0 | 1): Window {
  const kernel = call.kernel[axis];
  return {
    kernel,
    stride: (call.stride ?? call.kernel)[axis],
    dilation: call.dilation[axis],
    border: borderOf(call.padding, axis, (kernel - 1) * call.dilation[axis]),
    ceil: call.ceil,
  };
}

/** `same` divides `around` positions between both sides, the odd one after. */
function borderOf(padding: WindowPadding, axis: 0 | 1, around: number): Border {
  if (padding === "valid") return { before: 0, after: 0 };
  if (padding === "same") return { before: Math.floor(around / 2), after: Math.ceil(around / 2) };
  return { before: padding[axis], after: padding[axis] };
}

function sideOf({ top, bottom, left, right }: Sides, axis: 0 | 1): Border {
  return axis === 0 ? { before: top, after: bottom } : { before: left, after: right };
}
