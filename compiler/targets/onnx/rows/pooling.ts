/**
 * Pooling and unpooling.
 *
 * Ceil mode is written as more padding after the feature map, and never as ONNX's ceil_mode, which runtimes round differently.
 * Where Caffe's rule drops a last window that would start in that padding, a slice drops it.
 */
import { type PerAxis, perAxis } from "../../../axis.ts";
import { type Attributes, int, ints, tensor, text } from "../../../onnx/attribute.ts";
import { one } from "../../../onnx/tensors.ts";
import type { PoolAttributes } from "../../../ops/attributes.ts";
import type { Margins } from "../../../ops/operation.ts";
import type { Integers, Row, RowContext } from "../row.ts";
import { pads } from "./convolution.ts";
import { padInput } from "./margins.ts";

const unpadded: PerAxis<Margins> = [
  { before: 0, after: 0 },
  { before: 0, after: 0 },
];

interface Windows {
  readonly padding: PerAxis<Margins>;
  /** Whether the last window may start after the feature map's last position, and is dropped there. */
  readonly drops: boolean;
  /** Whether ONNX takes the padding in the operator itself: runtimes want less than a kernel of it. */
  readonly within: boolean;
  /** No position belongs to two windows, and none is outside the feature map: what ONNX's MaxUnpool asks for. */
  readonly apart: boolean;
}

function windowsOf({ kernel, stride, dilation, padding, ceil }: PoolAttributes): Windows {
  const more = perAxis((axis) => (ceil ? stride[axis] - 1 : 0));
  const enlarged = perAxis((axis) => ({
    before: padding[axis].before,
    after: padding[axis].after + more[axis],
  }));
  const some = (test: (axis: 0 | 1) => boolean): boolean => test(0) || test(1);
  return {
    padding: enlarged,
    drops:
      ceil && some((axis) => dilation[axis] * (kernel[axis] - 1) + 1 < stride[axis] + padding[axis].after),
    within: !some((axis) => Math.max(enlarged[axis].before, enlarged[axis].after) >= kernel[axis]),
    apart: !ceil && !some((axis) => dilation[axis] > 1 || kernel[axis] > stride[axis]),
  };
}

/** Of a dilated or an ordinary window. */
function windowAttributes(
  { kernel, stride, dilation }: PoolAttributes,
  padding: PerAxis<Margins>,
): Attributes {
  const apart = dilation.some((step) => step > 1);
  return {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    pads: pads(padding),
    ...(apart ? { dilations: ints(dilation) } : {}),
  };
}

export const maxpool: Row<"maxpool"> = (node, [map = ""], row) => {
  const { attributes } = node;
  const { padding, drops, within, apart } = windowsOf(attributes);
  const refersTo = row.around.unpooled.has(node.id);
  const lowest = () => row.model.number(Number.NEGATIVE_INFINITY);
  const padded = within
    ? map
    : row.step("Pad", [map, row.model.integers(padInput(padding)), lowest()], { mode: text("constant") });
  const window = windowAttributes(attributes, within ? padding : unpadded);
  const places = refersTo ? [row.value("Indices")] : [];
  const pooled = drops
    ? row.steps("MaxPool", [padded], window, places)
    : row.mains("MaxPool", [padded], window, places);
  const [found] = places;
  const kept = drops ? windowsStarting(attributes, row) : undefined;
  const cut = (value: string, to: Integers) => row.sliceInputs(value, [0, 0], to);
  if (found !== undefined) {
    const sliced = kept === undefined ? found : row.step("Slice", cut(found, kept));
    const indices = within ? sliced : withoutPadding(sliced, padded, padding, row);
    row.around.indices.set(node.id, { indices, apart });
  }
  return kept === undefined ? pooled : row.main("Slice", cut(pooled, kept));
};

/** ⌈(n + before) / stride⌉: the windows that start before the padding after the feature map. */
function windowsStarting({ stride, padding }: PoolAttributes, row: RowContext): Integers {
  const before = padding.map((margins) => margins.before);
  const up = before.map((cells, axis) => cells + (stride[axis === 0 ? 0 : 1] - 1));
  return row.calculate("divide", row.calculate("add", row.extent(0), up), stride);
}

/** Flat indices into the padded feature map as flat indices into the one without padding. */
function withoutPadding(indices: string, padded: string, [y, x]: PerAxis<Margins>, row: RowContext): string {
  const { model } = row;
  const along = (value: string, axis: 2 | 3) => model.shapeOf(value, axis, axis + 1);
  const [rows, columns] = [along(padded, 2), along(padded, 3)];
  const [height, width] = [along(row.valueOf(0), 2), along(row.valueOf(0), 3)];
  const line = row.step("Div", [indices, columns]);
  const plane = row.step("Div", [line, rows]);
  const down = row.step("Sub", [row.step("Mod", [line, rows]), model.integers([y.before])]);
  const across = row.step("Sub", [row.step("Mod", [indices, columns]), model.integers([x.before])]);
  const start = row.step("Add", [row.step("Mul", [plane, height]), down]);
  return row.step("Add", [row.step("Mul", [start, width]), across]);
}

/** Positions of padding do not count. */
export const avgpool: Row<"avgpool"> = (node, [map = ""], row) => {
  const { attributes } = node;
  const { padding, drops, within } = windowsOf(attributes);
  const dilated = attributes.dilation.some((step) => step > 1);
  if (!drops && within && !dilated) {
    const window = windowAttributes(attributes, padding);
    return row.main("AveragePool", [map], { ...window, count_include_pad: int(0) });
  }
  const { channels } = node.map;
  const [height, width] = attributes.kernel;
  const ones = (what: string, count: number) =>
    row.constant(what, [count, 1, height, width], new Array<number>(count * height * width).fill(1));
  const window = windowAttributes(attributes, padding);
  const sums = row.step("Conv", [map, ones("window", channels)], { ...window, group: int(channels) });
  const shape = row.integers(row.joined([1, 1], row.extent(0)));
  const positions = row.step("ConstantOfShape", [shape], { value: tensor(one) });
  const counts = row.step("Conv", [positions, ones("position", 1)], window);
  if (!drops) return row.main("Div", [sums, counts]);
  const means = row.step("Div", [sums, counts]);
  return row.main("Slice", row.sliceInputs(means, [0, 0], windowsStarting(attributes, row)));
};

/** A slice of each bin, reduced: along the height and then along the width, as both kinds are separable. */
export const adaptivePool: Row<"adaptive_pool"> = (node, [map = ""], row) => {
  const { kind, bins } = node.attributes;
  const average = kind === "average";
  if (bins[0] === 1 && bins[1] === 1) return row.main(average ? "GlobalAveragePool" : "GlobalMaxPool", [map]);
  const reduce = average ? "ReduceMean" : "ReduceMax";
  const along = (value: string, axis: 0 | 1, last: boolean): string => {
    const parts = binsAlong(bins[axis], axis, row).map(([start, end]) => {
      const dimension = row.model.integers([2 + axis]);
      const bin = row.step("Slice", [value, row.integers(start), row.integers(end), dimension]);
      return row.step(reduce, [bin], { axes: ints([2 + axis]), keepdims: int(1) });
    });
    const joined = { axis: int(2 + axis) };
    return last ? row.main("Concat", parts, joined) : row.step("Concat", parts, joined);
  };
  return along(along(map, 0, false), 1, true);
};

/** From ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉. */
function binsAlong(count: number, axis: 0 | 1, row: RowContext): readonly (readonly [Integers, Integers])[] {
  const cells = row.extentAlong(0, axis);
  return Array.from({ length: count }, (_, i) => {
    const start = row.calculate("divide", row.calculate("multiply", cells, [i]), [count]);
    const over = row.calculate("add", row.calculate("multiply", cells, [i + 1]), [count - 1]);
    return [start, row.calculate("divide", over, [count])];
  });
}

export const globalPool: Row<"global_pool"> = (node, inputs, row) =>
  row.main(node.attributes.kind === "average" ? "GlobalAveragePool" : "GlobalMaxPool", inputs);

/** Values that fall on one position add, for which ONNX's MaxUnpool has no rule. */
export const unpool: Row<"unpool"> = (node, [map = ""], row) => {
  const found = row.around.indices.get(node.inputs[1] ?? -1);
  if (found === undefined) throw new Error(`${node.name}: its maxpool left no indices`);
  const { kernel, stride, padding } = node.attributes;
  const shape = row.shape(2);
  if (found.apart && padding.every(({ before, after }) => before === 0 && after === 0)) {
    return row.main("MaxUnpool", [map, found.indices, shape], {
      kernel_shape: ints(kernel),
      strides: ints(stride),
    });
  }
  const flat = row.model.integers([-1]);
  const zeros = row.step("Reshape", [row.step("ConstantOfShape", [shape]), flat]);
  const indices = row.step("Reshape", [found.indices, flat]);
  const values = row.step("Reshape", [map, flat]);
  const filled = row.step("ScatterElements", [zeros, indices, values], { reduction: text("add") });
  return row.main("Reshape", [filled, shape]);
};
