/** Every primitive by ONNX Runtime's blocked kernels where they take it, else by ONNX's own operators. */
import type { LoweringTable } from "../lowered.ts";
import { publicLowerings } from "../lowering/table.ts";
import { conv, convInputGradient } from "./convolution.ts";
import { convFilterGradient } from "./filter-gradient.ts";
import { concat, pad, slice } from "./moving.ts";
import * as pointwise from "./pointwise.ts";
import { moments, sum } from "./reductions.ts";
import { gather, scatter, windowMax } from "./windows.ts";

/** @param block channels that lie beside each other: what the machine's kernels take. */
export function blockedLowerings(block: number): LoweringTable {
  return {
    ...publicLowerings,
    conv: conv(block),
    conv_input_gradient: convInputGradient(block),
    conv_filter_gradient: convFilterGradient(block),
    window_max: windowMax(block),
    scatter: scatter(block),
    gather: gather(block),
    slice: slice(block),
    pad: pad(block),
    concat: concat(block),
    negate: pointwise.negate,
    exp: pointwise.unary("Exp"),
    log: pointwise.unary("Log"),
    sqrt: pointwise.unary("Sqrt"),
    tanh: pointwise.unary("Tanh"),
    sigmoid: pointwise.unary("Sigmoid"),
    erf: pointwise.unary("Erf"),
    abs: pointwise.unary("Abs"),
    floor: pointwise.unary("Floor"),
    add: pointwise.add(block),
    subtract: pointwise.subtract(block),
    multiply: pointwise.multiply(block),
    divide: pointwise.divide,
    maximum: pointwise.maximum,
    compare: pointwise.compare,
    select: pointwise.select(block),
    sum,
    moments,
  };
}
