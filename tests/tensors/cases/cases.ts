/** What every primitive is tested with. */
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { argmax, cumulativeSum, max, mean, moments, oneHot, sort, sum } from "./along-axes.ts";
import type { Case } from "./case.ts";
import * as moving from "./moving.ts";
import * as pointwise from "./pointwise.ts";
import { conv, convFilterGradient, convInputGradient, matmul, windowMax } from "./windows.ts";

export const cases: { readonly [P in PrimitiveName]: Case<P> } = {
  constant: moving.constant,
  stop_gradient: moving.stopGradient,
  conv,
  conv_input_gradient: convInputGradient,
  conv_filter_gradient: convFilterGradient,
  matmul,
  window_max: windowMax,
  gather: moving.gather,
  scatter: moving.scatter,
  axis_map: moving.axisMap,
  slice: moving.slice,
  pad: moving.pad,
  concat: moving.concat,
  reshape: moving.reshape,
  transpose: moving.transpose,
  broadcast: moving.broadcast,
  negate: pointwise.negate,
  exp: pointwise.exp,
  log: pointwise.log,
  sqrt: pointwise.sqrt,
  tanh: pointwise.tanh,
  sigmoid: pointwise.sigmoid,
  erf: pointwise.erf,
  abs: pointwise.abs,
  floor: pointwise.floor,
  add: pointwise.add,
  subtract: pointwise.subtract,
  multiply: pointwise.multiply,
  divide: pointwise.divide,
  maximum: pointwise.maximum,
  minimum: pointwise.minimum,
  power: pointwise.power,
  compare: pointwise.compare,
  select: pointwise.select,
  convert: pointwise.convert,
  sum,
  mean,
  max,
  moments,
  argmax,
  one_hot: oneHot,
  sort,
  cumulative_sum: cumulativeSum,
  lattice: moving.lattice,
};
