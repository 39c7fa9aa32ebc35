/** One call along one axis: the defaults of its word filled in, and its definition applied. */
import type { AxisMap } from "./axis-map.ts";
import type { CellKind } from "./cells.ts";
import { attended, binned, distributed, gathered, overSpace, randomField } from "./define-whole.ts";
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
import type { Call, Channels, Sides, WindowPadding } from "./program.ts";
import type { Value } from "./value.ts";

export interface CallInputs<T> {
  readonly current: Value<T>;
  /** The feature maps that the call names, in the order of its arguments. */
  readonly others: readonly Value<T>[];
}

/** The names of feature maps in a call. */
export function namesIn(call: Call): readonly string[] {
  switch (call.word) {
    case "resample_to":
      return [call.map];
    case "unpool":
      return [call.pool];
    case "attend":
      return [call.key, call.value];
    case "gather":
      return [call.regions];
    case "distribute":
      return [call.gathered];
    case "crf":
      return [call.guide];
    default:
      return [];
  }
}

/** Whether the result is the image that went in, at other places. */
export function keepsColours({ word }: Call): boolean {
  return ["pool", "resample", "resample_to", "unpool_nearest", "crop", "pad"].includes(word);
}

/** What numbers of channels may be multiples of. */
export type ChannelsOf = (name: string | undefined) => number;

/** A number of channels; @param of of the current feature map without a name */
export function channelCount(channels: Channels, of: ChannelsOf): number {
  if (typeof channels === "number") return channels;
  if (channels.of === "parameter") throw new Error("a block has its parameters where it is called");
  return channels.times * of(channels.of === "map" ? channels.name : undefined);
}

/** A call as it is in the graph: one after another where it has several operations. */
export function stepsOf(call: Call, of: ChannelsOf): readonly Call[] {
  if (call.word === "conv")
    return [{ ...call, channels: channelCount(call.channels, of), groups: channelCount(call.groups, of) }];
  if (call.word === "downsample") return downsampling(call);
  if (call.word !== "pool" || !call.countPadding) return [call];
  const borders = ([0, 1] as const).map((axis) => poolWindow(call, axis).border);
  const [vertical, horizontal] = borders;
  if (vertical === undefined || horizontal === undefined || paddingReachesKernel(call)) return [call];
  if (borders.every(({ before, after }) => before === 0 && after === 0)) return [call];
  const sides = {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  };
  return [
    { word: "pad", sides, mode: "zeros" },
    { ...call, padding: "valid", countPadding: false },
  ];
}

/** Of every whole window of `factor` positions: the mean of all, of the one or two in its middle, or its first. */
function downsampling({ mode, factor }: Extract<Call, { word: "downsample" }>): readonly Call[] {
  const kernel = factor.map((size) => {
    if (mode === "area") return size;
    return mode === "bilinear" && size % 2 === 0 ? 2 : 1;
  });
  const [y = 1, x = 1] = kernel;
  const before = (axis: 0 | 1, read: number): number => (mode === "bilinear" ? (factor[axis] - read) / 2 : 0);
  const [top, left] = [before(0, y), before(1, x)];
  const sides = { top, bottom: factor[0] - y - top, left, right: factor[1] - x - left };
  const pool: Call = {
    word: "pool",
    kind: "avgpool",
    kernel: [y, x],
    stride: factor,
    dilation: [1, 1],
    padding: "valid",
    ceil: false,
    countPadding: false,
  };
  return Object.values(sides).some((cut) => cut > 0) ? [{ word: "crop", sides }, pool] : [pool];
}

/** Channels of the result; `undefined`: the call cannot be made. */
export function callChannels<T>(call: Call, { current, others }: CallInputs<T>): number | undefined {
  const [other = current, second = other] = others;
  switch (call.word) {
    case "conv":
    case "transposed_conv": {
      const { channels, groups } = call;
      if (typeof channels !== "number" || typeof groups !== "number")
        throw new Error("a call is made of its steps");
      const divided = current.channels % groups === 0 && channels % groups === 0;
      const possible =
        call.word === "conv" || (call.padding === "same" ? reachesNext(call) : !outputPaddingTooLarge(call));
      return divided && possible ? channels : undefined;
    }
    case "learned":
      return call.channels ?? current.channels;
    case "pool":
      return paddingReachesKernel(call) ? undefined : current.channels;
    case "unpool":
      return other.pool === undefined || other.channels !== current.channels ? undefined : current.channels;
    case "over_channels":
      return 1;
    case "dense":
      return call.channels;
    case "pixel_shuffle": {
      const group = call.factor[0] * call.factor[1];
      return current.channels % group === 0 ? current.channels / group : undefined;
    }
    case "pixel_unshuffle":
      return current.channels * call.factor[0] * call.factor[1];
    case "channel_shuffle":
    case "over_space":
      return current.channels % call.groups === 0 ? current.channels : undefined;
    case "attend": {
      const divided = current.channels % call.heads === 0 && second.channels % call.heads === 0;
      return current.channels === other.channels && divided ? second.channels : undefined;
    }
    case "distribute":
      return other.channels;
    case "crf":
      return current.channels >= 2 && other.colours ? current.channels : undefined;
    default:
      return current.channels;
  }
}

/** Whether the kernel of a transposed convolution reaches from one position to the next. */
export function reachesNext({ kernel, stride }: Extract<Call, { word: "transposed_conv" }>): boolean {
  return kernel[0] >= stride[0] && kernel[1] >= stride[1];
}

/** Whether more positions are left than the padding crops, or than a stride has. */
export function outputPaddingTooLarge({
  padding,
  stride,
  outputPadding,
}: Extract<Call, { word: "transposed_conv" }>): boolean {
  return ([0, 1] as const).some((axis) => {
    const { after } = borderOf(padding, axis, 0);
    return outputPadding[axis] > after || (outputPadding[axis] > 0 && outputPadding[axis] >= stride[axis]);
  });
}

export function paddingReachesKernel(call: Extract<Call, { word: "pool" }>): boolean {
  return ([0, 1] as const).some((axis) => {
    const { before, after } = poolWindow(call, axis).border;
    return Math.max(before, after) > (call.kernel[axis] - 1) * call.dilation[axis];
  });
}

export function called<T>(
  call: Call,
  { current, others }: CallInputs<T>,
  axis: 0 | 1,
  kind: CellKind<T>,
): Made<T> {
  const { map } = current;
  const [other = current, second = other] = others;
  if (map === undefined || other.map === undefined || second.map === undefined) return undefined;
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
      const { before, after } = borderOf(call.padding, axis, kernel - stride);
      return transposed(kind, map, kernel, stride, { before, after: after - call.outputPadding[axis] });
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
    case "downsample":
      throw new Error("a call is made of its steps");
    case "unpool_nearest":
      return resampled(kind, map, map.cells.length * call.factor[axis], "nearest");
    case "bed_of_nails":
      return nails(kind, map, call.factor[axis]);
    case "pixel_shuffle":
      return resampled(kind, map, map.cells.length * call.factor[axis], "nearest");
    case "pixel_unshuffle": {
      const size = call.factor[axis];
      if (map.cells.length % size !== 0) return undefined;
      const border = { before: 0, after: 0 };
      return windows(kind, map, { kernel: size, stride: size, dilation: 1, border, ceil: false });
    }
    case "global_pool":
    case "dense":
      return overall(kind, map);
    case "bins": {
      const bins = call.bins[axis];
      // One bin is the whole feature map, at no place of the input.
      return bins === 1 ? overall(kind, map) : binned(kind, map, bins);
    }
    case "over_space":
      return overSpace(kind, map);
    case "attend":
      return attended(kind, map, other.map, second.map);
    case "gather":
      return gathered(kind, map, other.map, axis === 0 ? other.channels : 1);
    case "distribute":
      return distributed(kind, map, other.map, axis === 0 ? current.channels : 1);
    case "crf": {
      const window = call.window === "all" ? "all" : call.window[axis];
      return randomField(kind, map, other.map, window, call.iterations);
    }
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
    case "over_channels":
    case "channel_shuffle":
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
  const made =
    call.mode === "area"
      ? binned(kind, map, results)
      : call.alignCorners
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
  if ("top" in padding) return sideOf(padding, axis);
  return { before: padding[axis], after: padding[axis] };
}

function sideOf({ top, bottom, left, right }: Sides, axis: 0 | 1): Border {
  return axis === 0 ? { before: top, after: bottom } : { before: left, after: right };
}
