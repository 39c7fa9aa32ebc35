/** Primitives that move values and compute none. */
import { integer, integers } from "../attribute-kinds.ts";
import { repeatedStrides, strides, walkRows } from "../strides.ts";
import { elementCount, sameShape, type TensorType } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { repeatedTo, sumTo } from "./broadcasting.ts";
import { extentAt, need, only, onlyUpstream, operandAt, type Primitive } from "./primitive.ts";

export const slice: Primitive<PrimitiveAttributes["slice"]> = {
  summary: "A part of a tensor.",
  attributes: { start: integers, size: integers },
  operands: 1,
  types: ({ start, size }, operands) => {
    const { type, shape } = only(operands);
    const inside = shape.every((extent, axis) => {
      const [first = -1, length = 0] = [start[axis], size[axis]];
      return first >= 0 && length >= 1 && first + length <= extent;
    });
    const fits = inside && start.length === shape.length && size.length === shape.length;
    need(fits, () => `no part of [${shape.join(", ")}] is [${size.join(", ")}] from [${start.join(", ")}]`);
    return [{ type, shape: size }];
  },
  evaluate: ({ attributes: { start, size }, operands }) => {
    const { data, shape } = only(operands);
    const others = strides(shape);
    const base = offsetOf(start, others);
    const [length, result] = [size.at(-1) ?? 1, new Float64Array(elementCount(size))];
    walkRows(size, others, (first, other) =>
      result.set(data.subarray(base + other, base + other + length), first),
    );
    return [result];
  },
  gradient: (call) => {
    const { start, size } = call.attributes;
    const { shape } = only(call.operands);
    const upstream = onlyUpstream(call);
    const after = shape.map((extent, axis) => extent - (start[axis] ?? 0) - (size[axis] ?? 0));
    return [() => call.build.pad(upstream, start, after)];
  },
};

export const pad: Primitive<PrimitiveAttributes["pad"]> = {
  summary: "Zeros around a tensor.",
  attributes: { before: integers, after: integers },
  operands: 1,
  types: ({ before, after }, operands) => {
    const { type, shape } = only(operands);
    const fits = before.length === shape.length && after.length === shape.length;
    need(fits && [...before, ...after].every((n) => n >= 0), () => `a border of [${before}] and [${after}]`);
    return [{ type, shape: shape.map((extent, axis) => extent + (before[axis] ?? 0) + (after[axis] ?? 0)) }];
  },
  evaluate: ({ attributes: { before }, operands, results }) => {
    const x = only(operands);
    const { shape } = only(results);
    const result = new Float64Array(elementCount(shape));
    const others = strides(shape);
    const [length, base] = [x.shape.at(-1) ?? 1, offsetOf(before, others)];
    walkRows(x.shape, others, (first, other) =>
      result.set(x.data.subarray(first, first + length), base + other),
    );
    return [result];
  },
  gradient: (call) => {
    const { shape } = only(call.operands);
    const upstream = onlyUpstream(call);
    return [() => call.build.slice(upstream, call.attributes.before, shape)];
  },
};

function offsetOf(place: readonly number[], along: readonly number[]): number {
  return place.reduce((offset, at, axis) => offset + at * (along[axis] ?? 0), 0);
}

export const concat: Primitive<PrimitiveAttributes["concat"]> = {
  summary: "Tensors one after the other along an axis.",
  attributes: { axis: integer },
  operands: undefined,
  types: ({ axis }, operands) => {
    const first = only(operands);
    const alike = operands.every(
      ({ type, shape }) => type === first.type && sameShape(shape.with(axis, 1), first.shape.with(axis, 1)),
    );
    need(alike, () => `tensors that differ in more than axis ${axis}`);
    const extent = operands.reduce((sum, operand) => sum + extentAt(operand, axis), 0);
    return [{ type: first.type, shape: first.shape.with(axis, extent) }];
  },
  evaluate: ({ attributes: { axis }, operands, results }) => {
    const { shape } = only(results);
    const result = new Float64Array(elementCount(shape));
    const outer = elementCount(shape.slice(0, axis));
    const whole = elementCount(shape.slice(axis));
    let start = 0;
    for (const { data } of operands) {
      const length = data.length / outer;
      for (let o = 0; o < outer; o++)
        result.set(data.subarray(o * length, (o + 1) * length), o * whole + start);
      start += length;
    }
    return [result];
  },
  gradient: (call) => {
    const { axis } = call.attributes;
    const upstream = onlyUpstream(call);
    let next = 0;
    return call.operands.map((operand) => {
      const start = upstream.shape.map((_, at) => (at === axis ? next : 0));
      next += extentAt(operand, axis);
      return () => call.build.slice(upstream, start, operand.shape);
    });
  },
};

export const reshape: Primitive<PrimitiveAttributes["reshape"]> = {
  summary: "The same values in the same order, with other axes.",
  attributes: { shape: integers },
  operands: 1,
  types: ({ shape }, operands) => {
    const x = only(operands);
    const fits = elementCount(x.shape) === elementCount(shape);
    need(fits, () => `[${x.shape.join(", ")}] has not as many values as [${shape.join(", ")}]`);
    return [{ type: x.type, shape }];
  },
  evaluate: ({ operands }) => [only(operands).data],
  gradient: (call) => {
    const upstream = onlyUpstream(call);
    return [() => call.build.reshape(upstream, only(call.operands).shape)];
  },
};

export const transpose: Primitive<PrimitiveAttributes["transpose"]> = {
  summary: "The axes in another order.",
  attributes: { order: integers },
  operands: 1,
  types: ({ order }, operands) => [transposedType(only(operands), order)],
  evaluate: ({ attributes: { order }, operands, results }) => {
    const { data, shape } = only(operands);
    const result = new Float64Array(data.length);
    const own = strides(shape);
    const others = order.map((axis) => own[axis] ?? 0);
    const [length, stride] = [only(results).shape.at(-1) ?? 1, others.at(-1) ?? 0];
    walkRows(only(results).shape, others, (first, other) => {
      for (let i = 0; i < length; i++) result[first + i] = data[other + i * stride] ?? 0;
    });
    return [result];
  },
  gradient: (call) => {
    const { order } = call.attributes;
    const upstream = onlyUpstream(call);
    return [
      () =>
        call.build.transpose(
          upstream,
          order.map((_, axis) => order.indexOf(axis)),
        ),
    ];
  },
};

function transposedType(x: TensorType, order: readonly number[]): TensorType {
  const whole = order.length === x.shape.length && x.shape.every((_, axis) => order.includes(axis));
  need(whole, () => `[${order.join(", ")}] is no order of ${x.shape.length} axes`);
  return { type: x.type, shape: order.map((axis) => extentAt(x, axis)) };
}

export const broadcast: Primitive<PrimitiveAttributes["broadcast"]> = {
  summary: "A tensor repeated along axes.",
  attributes: { shape: integers },
  operands: 1,
  types: ({ shape }, operands) => {
    const x = only(operands);
    const from = repeatedStrides(x.shape, shape);
    const fits =
      x.shape.length <= shape.length &&
      x.shape.every((extent, axis) => {
        const at = axis + from.length - x.shape.length;
        return extent === 1 || extent === shape[at];
      });
    need(fits, () => `[${x.shape.join(", ")}] cannot be repeated to [${shape.join(", ")}]`);
    return [{ type: x.type, shape }];
  },
  evaluate: ({ attributes: { shape }, operands }) => [repeatedTo(only(operands), shape)],
  gradient: (call) => {
    const upstream = onlyUpstream(call);
    return [() => sumTo(call.build, upstream, operandAt(call.operands, 0).shape)];
  },
};
