/** What kernels hold beside their inputs and results, in bytes. A kernel that is left out holds nothing to speak of. */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { TfjsEngineName } from "../../engine.ts";
import { type FilterGradientAttributes, filterGradientPlan } from "../kernels/filter-gradient-plan.ts";
import { type InputGradientAttributes, inputGradientPlan } from "../kernels/input-gradient-plan.ts";
import { countOf, type KernelCall } from "./kernel-call.ts";
import { kernelShapes } from "./kernel-shapes.ts";
import type { Amount } from "./shape-backend.ts";
import { convolutionOperator, depthwiseOperator, productOperator, windowPointers } from "./wasm-operators.ts";

export interface Workspace {
  /** While it runs: one set of amounts after the other. */
  readonly passing?: readonly (readonly Amount[])[];
  /** From its first call with the tensor on, until that goes: an operator made for it. */
  readonly attached?: { readonly to: TensorInfo; readonly bytes: number };
  /** From the first call with the key on, for good. */
  readonly kept?: { readonly key: string; readonly bytes: number };
}

export type KernelWorkspace = (call: KernelCall) => Workspace;

/** The input's phases transposed, dy on their grid, and a piece of the product. */
const wasmFilterGradient: KernelWorkspace = (call) => {
  const attributes = call.all<FilterGradientAttributes>();
  const plan = filterGradientPlan(call.tf, call.input("x").shape, attributes);
  const [, , channels, outputs] = attributes.filterShape;
  const phase = 4 * plan.positions * channels;
  const phases = plan.sy * plan.sx * phase;
  const right = 4 * plan.positions * outputs;
  // The product has the result's size, which is allocated after the product is freed.
  const piece = (positions: number): number =>
    4 * positions * (plan.taps.length * channels + outputs) + productOperator([positions, outputs]);
  return {
    passing: [
      [{ bytes: phases + phase }],
      [{ bytes: phases + right }, { bytes: piece(plan.positions), most: piece(plan.largestPiece) }],
    ],
  };
};

/** The turned filter with its operator, and, with a stride, all phases before they are interleaved. */
const wasmInputGradient: KernelWorkspace = (call) => {
  const attributes = call.all<InputGradientAttributes>();
  const [dy, filter] = [call.input("dy").shape, call.input("filter").shape];
  const { filterShape, phasesShape, direct } = inputGradientPlan(call.tf, dy, filter, attributes);
  const [, rows, columns] = phasesShape;
  const operator = convolutionOperator(filterShape, [1, 1], [rows, columns]);
  const bytes = 4 * countOf(filterShape) + operator + (direct ? 0 : 4 * countOf(phasesShape));
  return { passing: [[{ bytes }]] };
};

const wasmConvolution: KernelWorkspace = (call) => {
  const filter = call.input("filter");
  const strides = pair(call.attribute("strides"));
  return { attached: { to: filter, bytes: convolutionOperator(filter.shape, strides, pixelsOf(call)) } };
};

const wasmDepthwise: KernelWorkspace = (call) => {
  const filter = call.input("filter");
  const [, stride] = pair(call.attribute("strides"));
  const [, dilation] = pair(call.attribute("dilations"));
  const width = filter.shape[1] ?? 1;
  const step = dilation > 1 ? width : Math.min(stride, width);
  return { attached: { to: filter, bytes: depthwiseOperator(filter.shape, step, pixelsOf(call)) } };
};

/** Of two plain matrices; others take a way without an operator. */
const wasmProduct: KernelWorkspace = (call) => {
  const [a, b] = [call.input("a"), call.input("b")];
  const plain = countOf(a.shape.slice(0, -2)) === 1 && countOf(b.shape.slice(0, -2)) === 1;
  if (!plain || call.attribute("transposeA") || call.attribute("transposeB")) return {};
  return { attached: { to: b, bytes: productOperator([b.shape.at(-2) ?? 0, b.shape.at(-1) ?? 0]) } };
};

const wasmPool: KernelWorkspace = (call) => {
  const kernel = pair(call.attribute("filterSize"));
  const stride = pair(call.attribute("strides"));
  const pixels = pixelsOf(call);
  const key = JSON.stringify([kernel, stride, call.input("x").shape[3], call.attribute("pad")]);
  return { kept: { key, bytes: windowPointers(kernel, Math.min(stride[1], kernel[1]), pixels) } };
};

/** The shifted logits and their powers, and the maximum and the sum of every position. */
const cpuSoftmax: KernelWorkspace = (call) => {
  const { shape } = call.input("logits");
  const count = countOf(shape);
  return { passing: [[{ bytes: 4 * (2 * count + (2 * count) / (shape.at(-1) ?? 1)) }]] };
};

export const kernelWorkspaces: {
  readonly [engine in TfjsEngineName]: Readonly<Record<string, KernelWorkspace>>;
} = {
  cpu: { Softmax: cpuSoftmax },
  wasm: {
    Conv2D: wasmConvolution,
    DepthwiseConv2dNative: wasmDepthwise,
    BatchMatMul: wasmProduct,
    MaxPool: wasmPool,
    Conv2DBackpropFilter: wasmFilterGradient,
    DilatedFilterGradient: wasmFilterGradient,
    Conv2DBackpropInput: wasmInputGradient,
  },
  webgpu: {},
  tensorflow: {},
};

/** [rows, columns] of what the kernel gives. */
function pixelsOf(call: KernelCall): PerAxis<number> {
  const given = kernelShapes[call.kernel]?.(call);
  const [, rows = 0, columns = 0] = (given !== undefined && "shape" in given ? given.shape : []) ?? [];
  return [rows, columns];
}

function pair(value: number | PerAxis<number>): PerAxis<number> {
  return typeof value === "number" ? [value, value] : value;
}
