/**
 * Pooling and unpooling.
 *
 * Padding is written out and all windows are valid ones. Ceil mode is more padding after the feature map; where Caffe's rule
 * drops a last window that would start in that padding, a slice drops it.
 */
import { type PerAxis, perAxis } from "../../../axis.ts";
import type { PoolAttributes } from "../../../ops/attributes.ts";
import type { Margins } from "../../../ops/operation.ts";
import { inputAt } from "../../../ops/rules.ts";
import { constantRatio } from "../../../sizes/constant-ratio.ts";
import { type Attributes, bool, ints, text } from "../attribute.ts";
import { type Integers, type Row, type RowContext, someMargins } from "../row.ts";
import { interleaved, withZerosBetween } from "./rearranging.ts";

/** Below every value of a feature map, and finite: WebGPU may treat infinities as it likes. */
const lowest = -3.4028234663852886e38;

/** Margins with which all windows are inside. */
function enlarged({ stride, padding, ceil }: PoolAttributes): PerAxis<Margins> {
  return perAxis((axis) => {
    const { before, after } = padding[axis];
    return { before, after: after + (ceil ? stride[axis] - 1 : 0) };
  });
}

/** Whether the last window may start after the feature map's last position, and is dropped there. */
function drops({ kernel, stride, dilation, padding, ceil }: PoolAttributes): boolean {
  const reach = (axis: 0 | 1): number => dilation[axis] * (kernel[axis] - 1) + 1;
  return ceil && ([0, 1] as const).some((axis) => reach(axis) < stride[axis] + padding[axis].after);
}

/** ⌈(n + before) / stride⌉: the windows that start before the padding after the feature map. */
function windowsStarting({ stride, padding }: PoolAttributes, row: RowContext): Integers {
  const up = perAxis((axis) => padding[axis].before + stride[axis] - 1);
  return row.calculate("divide", row.calculate("add", row.extent(0), up), stride);
}

function kept(value: string, attributes: PoolAttributes, row: RowContext): string {
  return drops(attributes) ? row.window(value, [0, 0], windowsStarting(attributes, row)) : value;
}

/** The padded feature map at each element of the windows, in row order. */
function elementsOf(padded: string, { kernel, stride, dilation }: PoolAttributes, row: RowContext) {
  const [height, width] = kernel;
  return Array.from({ length: height * width }, (_, element) => {
    const place = [Math.floor(element / width), element % width] as const;
    const margins = perAxis((axis) => ({
      before: place[axis] * dilation[axis],
      after: (kernel[axis] - 1 - place[axis]) * dilation[axis],
    }));
    return row.cut(padded, margins, stride);
  });
}

function isDilated({ dilation }: PoolAttributes): boolean {
  return dilation.some((step) => step > 1);
}

function windowAttributes({ kernel, stride }: PoolAttributes): Attributes {
  return { ksize: ints([1, ...kernel, 1]), strides: ints([1, ...stride, 1]), padding: text("VALID") };
}

export const maxpool: Row<"maxpool"> = (node, [map = ""], row) => {
  const { attributes } = node;
  const padded = row.padded(map, enlarged(attributes), lowest);
  const pooled = kept(maximum(padded, attributes, row), attributes, row);
  if (row.around.unpooled.has(node.id)) {
    const elements = elementsOf(padded, attributes, row).map((element) => kept(element, attributes, row));
    const isMaximum = elements.map((element) => row.step("Equal", [element, pooled]));
    row.around.maxima.set(node.id, isMaximum);
  }
  return pooled;
};

function maximum(padded: string, attributes: PoolAttributes, row: RowContext): string {
  const single = attributes.kernel.every((cells) => cells === 1);
  if (!single && !isDilated(attributes)) return row.step("MaxPool", [padded], windowAttributes(attributes));
  return elementsOf(padded, attributes, row).reduce((most, element) => row.step("Maximum", [most, element]));
}

/** Positions of padding do not count: the mean with them, over the share of others. */
export const avgpool: Row<"avgpool"> = (node, [map = ""], row) => {
  const { attributes } = node;
  const margins = enlarged(attributes);
  if (!someMargins(margins)) return kept(mean(map, attributes, row), attributes, row);
  const one = row.step("Slice", [
    map,
    row.builder.integers([0, 0, 0, 0]),
    row.builder.integers([1, -1, -1, 1]),
  ]);
  const ones = row.padded(row.step("OnesLike", [one]), margins);
  const means = mean(row.padded(map, margins), attributes, row);
  return kept(row.step("RealDiv", [means, mean(ones, attributes, row)]), attributes, row);
};

function mean(padded: string, attributes: PoolAttributes, row: RowContext): string {
  const { kernel } = attributes;
  const count = kernel[0] * kernel[1];
  if (count > 1 && !isDilated(attributes)) return row.step("AvgPool", [padded], windowAttributes(attributes));
  const elements = elementsOf(padded, attributes, row);
  const sum = elements.reduce((total, element) => row.step("AddV2", [total, element]));
  return count === 1 ? sum : row.step("Mul", [sum, row.builder.number(1 / count)]);
}

/** A slice of each bin, reduced: along the height and then along the width, as both kinds are separable. */
export const adaptivePool: Row<"adaptive_pool"> = (node, [map = ""], row) => {
  const { kind, bins } = node.attributes;
  if (bins[0] === 1 && bins[1] === 1) return reduced(map, kind, [1, 2], row);
  const along = (value: string, axis: 0 | 1): string => {
    const whole: Integers = [-1];
    const parts = binsAlong(bins[axis], axis, row).map(({ start, length }) => {
      const [starts, lengths] =
        axis === 0
          ? [row.joined(start, [0]), row.joined(length, whole)]
          : [row.joined([0], start), row.joined(whole, length)];
      return reduced(row.window(value, starts, lengths), kind, [1 + axis], row);
    });
    const [only = ""] = parts;
    return parts.length === 1 ? only : row.concatenated(parts, 1 + axis);
  };
  return along(along(map, 0), 1);
};

/** From ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉. */
function binsAlong(count: number, axis: 0 | 1, row: RowContext) {
  const cells = row.extentAlong(0, axis);
  return Array.from({ length: count }, (_, i) => {
    const start = row.calculate("divide", row.calculate("multiply", cells, [i]), [count]);
    const over = row.calculate("add", row.calculate("multiply", cells, [i + 1]), [count - 1]);
    return { start, length: row.calculate("subtract", row.calculate("divide", over, [count]), start) };
  });
}

export const globalPool: Row<"global_pool"> = (node, [map = ""], row) =>
  reduced(map, node.attributes.kind, [1, 2], row);

function reduced(
  value: string,
  kind: "max" | "average",
  dimensions: readonly number[],
  row: RowContext,
): string {
  const over = [value, row.builder.integers(dimensions)];
  return row.step(kind === "average" ? "Mean" : "Max", over, { keep_dims: bool(true) });
}

/** Each value goes to the first maximum of its window, and zeros elsewhere; values that fall on one position add. */
export const unpool: Row<"unpool"> = (node, [map = ""], row) => {
  const found = row.around.maxima.get(node.inputs[1] ?? -1);
  if (found === undefined) throw new Error(`${node.name}: its maxpool left no maxima`);
  const { kernel, stride, dilation, padding } = node.attributes;
  const { channels } = node.map;
  const atMaxima = placed(map, found, row);
  const tiling = perAxis((axis) => kernel[axis] === stride[axis] && dilation[axis] === 1);
  if (tiling[0] && tiling[1]) {
    const together = atMaxima.length === 1 ? map : row.concatenated(atMaxima, 3);
    const spread = interleaved(together, stride, row);
    if (fills(node.inputs, stride, row)) return spread;
    return toSize(
      row.padded(
        spread,
        perAxis((axis) => ({ before: 0, after: stride[axis] - 1 })),
      ),
      padding,
      row,
    );
  }
  const parts = atMaxima.map((values, element) => {
    const place = [Math.floor(element / kernel[1]), element % kernel[1]] as const;
    const margins = perAxis((axis) => ({
      before: place[axis] * dilation[axis],
      after: (kernel[axis] - 1 - place[axis]) * dilation[axis],
    }));
    return row.padded(withZerosBetween(values, stride, channels, row), margins);
  });
  return toSize(
    parts.reduce((total, part) => row.step("AddV2", [total, part])),
    padding,
    row,
  );
};

/** The values where each element is the first maximum. */
function placed(values: string, isMaximum: readonly string[], row: RowContext): readonly string[] {
  const zeros = row.step("ZerosLike", [values]);
  let left = values;
  return isMaximum.map((here, element) => {
    const taken = row.step("SelectV2", [here, left, zeros]);
    if (element < isMaximum.length - 1) left = row.step("SelectV2", [here, zeros, left]);
    return taken;
  });
}

/** Whether windows without padding fill the pooled feature map at every size. */
function fills(inputs: readonly number[], stride: PerAxis<number>, row: RowContext): boolean {
  const [values, , pooled] = inputs.map((id) => inputAt(row.around.graph.nodes, id).map.size);
  if (values === undefined || pooled === undefined) throw new Error("an unpool lacks one of its inputs");
  return ([0, 1] as const).every((axis) => {
    const [larger, smaller] = constantRatio(pooled[axis], values[axis]) ?? [];
    return smaller === 1 && larger === stride[axis];
  });
}

/** From the padding on, as large as the feature map that was pooled, whose channels and batch are the same. */
function toSize(value: string, padding: PerAxis<Margins>, row: RowContext): string {
  const begin = row.builder.integers([0, padding[0].before, padding[1].before, 0]);
  return row.step("Slice", [value, begin, row.builder.shapeOf(row.valueOf(2))]);
}
