/** Reductions and orders along axes. */
import fc from "fast-check";
import type { Tensor } from "../../../compiler/tensors/primitives/primitive.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { type Case, flatOf, float, int, operand, orZero, placesOf, shapes } from "./case.ts";

const reduced = shapes(4, 1)
  .chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 })))
  .map(([shape, axes]) => ({ attributes: { axes }, operands: [float(shape)] }));

/** The values that become one: those that agree with a place on the other axes. */
function group(x: Tensor, axes: readonly number[], place: readonly number[]): readonly number[] {
  return placesOf(x.shape)
    .filter((one) => one.every((position, axis) => axes.includes(axis) || position === place[axis]))
    .map((one) => orZero(x)(...one));
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const average = (values: readonly number[]) => total(values) / values.length;

function reduction<P extends "sum" | "mean" | "max">(define: (values: readonly number[]) => number): Case<P> {
  return {
    calls: reduced,
    define: ({ axes }, operands) => [(place) => define(group(operand(operands, 0), axes, place))],
  };
}

export const sum = reduction<"sum">(total);
export const mean = reduction<"mean">(average);
export const max = reduction<"max">((values) => Math.max(...values));

export const moments: Case<"moments"> = {
  calls: reduced,
  define: ({ axes }, operands) => {
    const values = (place: readonly number[]) => group(operand(operands, 0), axes, place);
    return [
      (place) => average(values(place)),
      (place) => average(values(place).map((value) => (value - average(values(place))) ** 2)),
    ];
  },
};

const alongOne = shapes(4, 1)
  .chain((shape) => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1)))
  .map(([shape, axis]) => ({ attributes: { axis }, operands: [float(shape)] }));

/** The values of the line along the axis through a place. */
function line(x: Tensor, axis: number, place: readonly number[]): readonly number[] {
  return Array.from({ length: x.shape[axis] ?? 0 }, (_, position) =>
    orZero(x)(...place.with(axis, position)),
  );
}

export const argmax: Case<"argmax"> = {
  calls: alongOne,
  draw: ({ operands }, _, random) =>
    Array.from({ length: elementCount(operands[0]?.shape ?? []) }, () => random.integer(2)),
  define: ({ axis }, operands) => [
    (place) => {
      const values = line(operand(operands, 0), axis, place);
      return values.indexOf(Math.max(...values));
    },
  ],
};

export const oneHot: Case<"one_hot"> = {
  calls: alongOne.map(({ attributes: { axis }, operands }) => ({
    attributes: { axis, classes: 3 },
    operands: operands.map(({ shape }) => int(shape.with(axis, 1))),
  })),
  draw: ({ operands }, _, random) =>
    Array.from({ length: elementCount(operands[0]?.shape ?? []) }, () => random.integer(5) - 1),
  define: ({ axis }, operands) => [
    (place) => (orZero(operand(operands, 0))(...place.with(axis, 0)) === place[axis] ? 1 : 0),
  ],
};

export const sort: Case<"sort"> = {
  calls: alongOne,
  define: ({ axis }, operands) => {
    const x = operand(operands, 0);
    const falling = (place: readonly number[]) => [...line(x, axis, place)].sort((a, b) => b - a);
    const value = (place: readonly number[]) => falling(place)[place[axis] ?? 0] ?? Number.NaN;
    return [value, (place) => flatOf(place.with(axis, line(x, axis, place).indexOf(value(place))), x.shape)];
  },
};

export const cumulativeSum: Case<"cumulative_sum"> = {
  calls: fc.tuple(alongOne, fc.boolean()).map(([{ attributes, operands }, reverse]) => ({
    attributes: { ...attributes, reverse },
    operands,
  })),
  define: ({ axis, reverse }, operands) => [
    (place) => {
      const values = line(operand(operands, 0), axis, place);
      const here = place[axis] ?? 0;
      return total(reverse ? values.slice(here) : values.slice(0, here + 1));
    },
  ],
};
