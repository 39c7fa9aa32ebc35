/** Primitives along one axis: one-hot rows, falling order, running sums. */
import { flag, integer } from "../attribute-kinds.ts";
import { elementCount, float32, int32, type TensorType } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import {
  extentAt,
  need,
  needFloat,
  needInt,
  only,
  onlyUpstream,
  operandAt,
  type Primitive,
} from "./primitive.ts";

export const oneHot: Primitive<PrimitiveAttributes["one_hot"]> = {
  summary: "1 at the class of each label, 0 at the others.",
  attributes: { axis: integer, classes: integer },
  operands: 1,
  types: ({ axis, classes }, operands) => {
    const labels = only(operands);
    needInt(labels);
    need(extentAt(labels, axis) === 1, () => `labels have one channel along axis ${axis}`);
    return [float32(...labels.shape.with(axis, classes))];
  },
  evaluate: ({ attributes: { axis, classes }, operands }) => {
    const { data, shape } = only(operands);
    const inner = elementCount(shape.slice(axis + 1));
    const result = new Float64Array(data.length * classes);
    for (const [i, label] of data.entries()) {
      if (label < 0 || label >= classes) continue;
      result[(Math.floor(i / inner) * classes + label) * inner + (i % inner)] = 1;
    }
    return [result];
  },
  gradient: () => [undefined],
};

/** Visits every line along the axis by its first element and the distance to the next. */
function eachLine({ shape }: TensorType, axis: number, visit: (first: number, stride: number) => void): void {
  const [extent, inner] = [shape[axis] ?? 1, elementCount(shape.slice(axis + 1))];
  const outer = elementCount(shape.slice(0, axis));
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * extent * inner + i, inner);
}

export const sort: Primitive<PrimitiveAttributes["sort"]> = {
  summary: "Values in falling order, and their places.",
  attributes: { axis: integer },
  operands: 1,
  types: ({ axis }, operands) => {
    const x = only(operands);
    needFloat(x);
    extentAt(x, axis);
    return [float32(...x.shape), int32(...x.shape)];
  },
  evaluate: ({ attributes: { axis }, operands }) => {
    const x = only(operands);
    const [values, places] = [new Float64Array(x.data.length), new Float64Array(x.data.length)];
    const extent = extentAt(x, axis);
    eachLine(x, axis, (first, stride) => {
      const line = Array.from({ length: extent }, (_, i) => first + i * stride);
      const order = line.toSorted((a, b) => (x.data[b] ?? 0) - (x.data[a] ?? 0));
      for (const [i, from] of order.entries()) {
        values[first + i * stride] = x.data[from] ?? 0;
        places[first + i * stride] = from;
      }
    });
    return [values, places];
  },
  gradient: ({ build, operands, results, upstream }) => {
    const [gradient] = upstream;
    if (gradient === undefined) return [undefined];
    return [() => build.scatter(gradient, operandAt(results, 1), only(operands).shape, true)];
  },
};

export const cumulativeSum: Primitive<PrimitiveAttributes["cumulative_sum"]> = {
  summary: "The sum of a value and all before it along an axis.",
  attributes: { axis: integer, reverse: flag },
  operands: 1,
  types: ({ axis }, operands) => {
    const x = only(operands);
    needFloat(x);
    extentAt(x, axis);
    return [float32(...x.shape)];
  },
  evaluate: ({ attributes: { axis, reverse }, operands }) => {
    const x = only(operands);
    const result = new Float64Array(x.data.length);
    const extent = extentAt(x, axis);
    eachLine(x, axis, (first, stride) => {
      let total = 0;
      for (let i = 0; i < extent; i++) {
        const at = first + (reverse ? extent - 1 - i : i) * stride;
        total += x.data[at] ?? 0;
        result[at] = total;
      }
    });
    return [result];
  },
  gradient: (call) => {
    const { axis, reverse } = call.attributes;
    const upstream = onlyUpstream(call);
    return [() => call.build.cumulativeSum(upstream, axis, !reverse)];
  },
};
