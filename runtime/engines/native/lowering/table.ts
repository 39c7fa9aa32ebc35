/** Every primitive by ONNX's own operators. */

import type { LoweringTable } from "../lowered.ts";
import * as axes from "./along-axes.ts";
import { conv, convFilterGradient, convInputGradient } from "./convolution.ts";
import * as moving from "./moving.ts";
import * as pointwise from "./pointwise.ts";
import { windowMax } from "./windows.ts";

export const publicLowerings: LoweringTable = {
  constant: moving.constant,
  stop_gradient: moving.stopGradient,
  conv,
  conv_input_gradient: convInputGradient,
  conv_filter_gradient: convFilterGradient,
  matmul: axes.matmul,
  window_max: windowMax,
  gather: moving.gather,
  scatter: moving.scatter,
  axis_map: axes.axisMap,
  slice: moving.slice,
  pad: moving.pad,
  concat: moving.concat,
  reshape: moving.reshape,
  transpose: moving.transpose,
  broadcast: moving.broadcast,
  negate: pointwise.unary("Neg"),
  exp: pointwise.unary("Exp"),
  log: pointwise.unary("Log"),
  sqrt: pointwise.unary("Sqrt"),
  tanh: pointwise.unary("Tanh"),
  sigmoid: pointwise.unary("Sigmoid"),
  erf: pointwise.unary("Erf"),
  abs: pointwise.unary("Abs"),
  floor: pointwise.unary("Floor"),
  add: pointwise.binary("Add"),
  subtract: pointwise.binary("Sub"),
  multiply: pointwise.binary("Mul"),
  divide: pointwise.divide,
  maximum: pointwise.maximum,
  minimum: pointwise.binary("Min"),
  power: pointwise.power,
  compare: pointwise.compare,
  select: pointwise.select,
  convert: pointwise.convert,
  sum: axes.sum,
  mean: axes.mean,
  max: axes.max,
  moments: axes.moments,
  argmax: axes.argmax,
  one_hot: axes.oneHot,
  sort: axes.sort,
  cumulative_sum: axes.cumulativeSum,
  lattice: () => {
    throw new Error("the host computes the lattice, between two models");
  },
};
