/** Sums, means and maxima over axes, which stay with extent 1. */
import { integer, integers } from "../attribute-kinds.ts";
import { repeatedStrides, walkRows } from "../strides.ts";
import { elementCount, float32, int32, type TensorType, type Value } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { repeatedTo } from "./broadcasting.ts";
import {
  extentAt,
  need,
  needFloat,
  only,
  onlyUpstream,
  operandAt,
  type Primitive,
  type Tensor,
} from "./primitive.ts";

type Axes = PrimitiveAttributes["sum"];

function reducedShape({ axes }: Axes, operands: readonly TensorType[]): readonly number[] {
  const x = only(operands);
  needFloat(x);
  for (const axis of axes) extentAt(x, axis);
  need(new Set(axes).size === axes.length && axes.length > 0, () => `axes [${axes.join(", ")}] to reduce`);
  return x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

/** How many values become one. */
export function reducedCount(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * (shape[axis] ?? 1), 1);
}

function sumsOf({ data, shape }: Pick<Tensor, "data" | "shape">, to: readonly number[]): Float64Array {
  const result = new Float64Array(elementCount(to));
  const others = repeatedStrides(to, shape);
  const [length, stride] = [shape.at(-1) ?? 1, others.at(-1) ?? 0];
  walkRows(shape, others, (first, other) => {
    for (let i = 0; i < length; i++) {
      result[other + i * stride] = (result[other + i * stride] ?? 0) + (data[first + i] ?? 0);
    }
  });
  return result;
}

function meansOf(x: Pick<Tensor, "data" | "shape">, to: readonly number[]): Float64Array {
  const count = elementCount(x.shape) / elementCount(to);
  return sumsOf(x, to).map((total) => total / count);
}

export const sum: Primitive<PrimitiveAttributes["sum"]> = {
  summary: "The sum over axes.",
  attributes: { axes: integers },
  operands: 1,
  types: (attributes, operands) => [float32(...reducedShape(attributes, operands))],
  evaluate: ({ operands, results }) => [sumsOf(only(operands), only(results).shape)],
  gradient: (call) => {
    const upstream = onlyUpstream(call);
    return [() => call.build.broadcast(upstream, only(call.operands).shape)];
  },
};

export const mean: Primitive<PrimitiveAttributes["mean"]> = {
  summary: "The mean over axes.",
  attributes: { axes: integers },
  operands: 1,
  types: (attributes, operands) => [float32(...reducedShape(attributes, operands))],
  evaluate: ({ operands, results }) => [meansOf(only(operands), only(results).shape)],
  gradient: (call) => {
    const { shape } = only(call.operands);
    const upstream = onlyUpstream(call);
    const share = () => call.build.multiply(upstream, 1 / reducedCount(shape, call.attributes.axes));
    return [() => call.build.broadcast(share(), shape)];
  },
};

export const max: Primitive<PrimitiveAttributes["max"]> = {
  summary: "The largest value over axes.",
  attributes: { axes: integers },
  operands: 1,
  types: (attributes, operands) => [float32(...reducedShape(attributes, operands))],
  evaluate: ({ operands, results }) => {
    const { data, shape } = only(operands);
    const to = only(results).shape;
    const result = new Float64Array(elementCount(to)).fill(Number.NEGATIVE_INFINITY);
    const others = repeatedStrides(to, shape);
    const [length, stride] = [shape.at(-1) ?? 1, others.at(-1) ?? 0];
    walkRows(shape, others, (first, other) => {
      for (let i = 0; i < length; i++) {
        const at = other + i * stride;
        result[at] = Math.max(result[at] ?? 0, data[first + i] ?? 0);
      }
    });
    return [result];
  },
  gradient: (call) => {
    const { build, attributes } = call;
    const [x, y] = [only(call.operands), only(call.results)];
    const upstream = onlyUpstream(call);
    return [
      () => {
        const largest = build.convert(build.compare(x, "equal", y), "float32");
        return build.multiply(largest, build.divide(upstream, build.sum(largest, attributes.axes)));
      },
    ];
  },
};

export const moments: Primitive<PrimitiveAttributes["moments"]> = {
  summary: "Mean, and variance about the mean, over axes.",
  attributes: { axes: integers },
  operands: 1,
  types: (attributes, operands) => {
    const shape = reducedShape(attributes, operands);
    return [float32(...shape), float32(...shape)];
  },
  evaluate: ({ operands, results }) => {
    const x = only(operands);
    const to = only(results).shape;
    const means = meansOf(x, to);
    const away = repeatedTo({ type: "float32", shape: to, data: means }, x.shape);
    const squares = x.data.map((value, i) => (value - (away[i] ?? 0)) ** 2);
    return [means, meansOf({ data: squares, shape: x.shape }, to)];
  },
  gradient: ({ build, attributes, operands, results, upstream }) => {
    const x = only(operands);
    const [byMean, byVariance] = upstream;
    const share = 1 / reducedCount(x.shape, attributes.axes);
    const ofMean = (gradient: Value) => build.multiply(gradient, share);
    // Σ (x − mean) is 0, so that the variance does not change with the mean
    const ofVariance = (gradient: Value) =>
      build.multiply(build.subtract(x, operandAt(results, 0)), build.multiply(gradient, 2 * share));
    return [
      () => {
        if (byVariance === undefined) {
          return build.broadcast(ofMean(onlyUpstream({ upstream: [byMean] })), x.shape);
        }
        const varied = ofVariance(byVariance);
        return byMean === undefined ? varied : build.add(varied, ofMean(byMean));
      },
    ];
  },
};

export const argmax: Primitive<PrimitiveAttributes["argmax"]> = {
  summary: "The first place of the largest value along an axis.",
  attributes: { axis: integer },
  operands: 1,
  types: ({ axis }, operands) => {
    const x = only(operands);
    needFloat(x);
    extentAt(x, axis);
    return [int32(...x.shape.with(axis, 1))];
  },
  evaluate: ({ attributes: { axis }, operands }) => {
    const { data, shape } = only(operands);
    const [extent, inner] = [shape[axis] ?? 1, elementCount(shape.slice(axis + 1))];
    const result = new Float64Array(data.length / extent);
    for (let i = 0; i < result.length; i++) {
      const first = Math.floor(i / inner) * extent * inner + (i % inner);
      let best = 0;
      for (let place = 1; place < extent; place++) {
        if ((data[first + place * inner] ?? 0) > (data[first + best * inner] ?? 0)) best = place;
      }
      result[i] = best;
    }
    return [result];
  },
  gradient: () => [undefined],
};
