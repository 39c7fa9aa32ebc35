/** Every primitive. A new one is an entry in attributes.ts, a record in a file beside this, a method of `Calls`, and a line here. */
import type { PrimitiveAttributes, PrimitiveName } from "./attributes.ts";
import { axisMap } from "./axis-map.ts";
import { compare, convert, select } from "./choice.ts";
import { conv, convFilterGradient, convInputGradient } from "./convolution.ts";
import { lattice } from "./lattice.ts";
import { matmul } from "./matmul.ts";
import { cumulativeSum, oneHot, sort } from "./order.ts";
import { gather, scatter } from "./places.ts";
import {
  abs,
  add,
  divide,
  erf,
  exp,
  floor,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  power,
  sigmoid,
  sqrt,
  subtract,
  tanh,
} from "./pointwise.ts";
import type { Primitive } from "./primitive.ts";
import { argmax, max, mean, moments, sum } from "./reductions.ts";
import { broadcast, concat, pad, reshape, slice, transpose } from "./shape.ts";
import { constant, stopGradient } from "./source.ts";
import { windowMax } from "./windows.ts";

export const primitives: { readonly [P in PrimitiveName]: Primitive<PrimitiveAttributes[P]> } = {
  constant,
  stop_gradient: stopGradient,
  conv,
  conv_input_gradient: convInputGradient,
  conv_filter_gradient: convFilterGradient,
  matmul,
  window_max: windowMax,
  gather,
  scatter,
  axis_map: axisMap,
  slice,
  pad,
  concat,
  reshape,
  transpose,
  broadcast,
  negate,
  exp,
  log,
  sqrt,
  tanh,
  sigmoid,
  erf,
  abs,
  floor,
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  power,
  compare,
  select,
  convert,
  sum,
  mean,
  max,
  moments,
  argmax,
  one_hot: oneHot,
  sort,
  cumulative_sum: cumulativeSum,
  lattice,
};

/** The record of a step's primitive, typed for its attributes. */
export function primitiveOf<P extends PrimitiveName>(name: P): Primitive<PrimitiveAttributes[P]> {
  return primitives[name];
}

export function isPrimitive(name: string): name is PrimitiveName {
  return Object.hasOwn(primitives, name);
}
