/** In which order the axes of a value are stored: feature maps with their channels last, filters as TensorFlow.js convolves with them. */
import { elementCount } from "../../../compiler/tensors/value.ts";

/** The axis of the value that each stored axis is, slowest first. */
export type AxisOrder = readonly number[];

/** A value's shape, and how it is stored. */
export interface Layout {
  readonly shape: readonly number[];
  readonly order: AxisOrder;
}

/** Of [batch, channels, height, width]. */
export const channelsLast: AxisOrder = [0, 2, 3, 1];

/** Of a filter [output, input / groups, height, width]. */
export const filterOrder: AxisOrder = [2, 3, 1, 0];

export function rowMajor(shape: readonly number[]): AxisOrder {
  return shape.map((_, axis) => axis);
}

/** That of values which nothing else orders. */
export function usualOrder(shape: readonly number[]): AxisOrder {
  return shape.length === 4 ? channelsLast : rowMajor(shape);
}

export function storedShape({ shape, order }: Layout): number[] {
  return order.map((axis) => shape[axis] ?? 1);
}

/** Elements from one position to the next, by the value's axes. */
export function axisStrides({ shape, order }: Layout): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (const axis of order.toReversed()) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Whether elements are in the same places: axes of extent 1 do not matter. */
export function storedAlike(shape: readonly number[], a: AxisOrder, b: AxisOrder): boolean {
  const long = (order: AxisOrder) => order.filter((axis) => shape[axis] !== 1);
  const others = long(b);
  return long(a).every((axis, place) => axis === others[place]);
}

/** The order in which the same elements are stored under another shape; `undefined`: none. */
export function reshapedOrder({ shape, order }: Layout, to: readonly number[]): AxisOrder | undefined {
  const stored = order.filter((axis) => shape[axis] !== 1);
  const result: number[] = [];
  const parts = blocks(shape, to);
  for (let place = 0; place < stored.length; ) {
    const part = parts.find(({ from }) => from[0] === stored[place]);
    if (part === undefined || !part.from.every((axis, i) => axis === stored[place + i])) return undefined;
    result.push(...part.to);
    place += part.from.length;
  }
  const single = to.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  return [...single, ...result];
}

interface Block {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Axes of extent above 1 of both shapes, parted where their products meet. */
function blocks(from: readonly number[], to: readonly number[]): readonly Block[] {
  const left = from.flatMap((extent, axis) => (extent === 1 ? [] : [{ extent, axis }]));
  const right = to.flatMap((extent, axis) => (extent === 1 ? [] : [{ extent, axis }]));
  const result: Block[] = [];
  let [i, j] = [0, 0];
  while (i < left.length) {
    const [a, b] = [[left[i]?.axis ?? 0], [right[j]?.axis ?? 0]];
    let [before, after] = [left[i++]?.extent ?? 1, right[j++]?.extent ?? 1];
    while (before !== after) {
      if (before < after) {
        a.push(left[i]?.axis ?? 0);
        before *= left[i++]?.extent ?? 1;
      } else {
        b.push(right[j]?.axis ?? 0);
        after *= right[j++]?.extent ?? 1;
      }
    }
    result.push({ from: a, to: b });
  }
  return result;
}

/** Elements of one order in another; the same array where nothing moves. */
export function reordered<T extends Float32Array | Int32Array>(
  data: T,
  shape: readonly number[],
  from: AxisOrder,
  to: AxisOrder,
): T {
  if (storedAlike(shape, from, to)) return data;
  const result = data.slice() as T; // of the same kind and length
  const strides = axisStrides({ shape, order: from });
  const axes = to.filter((axis) => shape[axis] !== 1);
  const last = axes.at(-1) ?? 0;
  const [length, step] = [shape[last] ?? 1, strides[last] ?? 0];
  const outer = axes.slice(0, -1);
  const place = outer.map(() => 0);
  const rows = elementCount(shape) / length;
  let source = 0;
  for (let row = 0; row < rows; row++) {
    const target = row * length;
    for (let i = 0; i < length; i++) result[target + i] = data[source + i * step] ?? 0;
    for (let k = outer.length - 1; k >= 0; k--) {
      const [extent, stride] = [shape[outer[k] ?? 0] ?? 1, strides[outer[k] ?? 0] ?? 0];
      const next = (place[k] ?? 0) + 1;
      source += stride;
      if (next < extent) {
        place[k] = next;
        break;
      }
      source -= extent * stride;
      place[k] = 0;
    }
  }
  return result;
}
