/** One convolution by ONNX Runtime's blocked kernels, with what is done to its sums before they are written. */
import { int, ints } from "../../../../compiler/onnx/attribute.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { type Epilogue, reluAttribute } from "../blocked-pass.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "../onnx-graph.ts";

export type Pair = readonly [number, number];

export interface Geometry {
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly pads?: readonly [top: number, left: number, bottom: number, right: number];
  readonly groups?: number;
}

/** @param x blocked, or in the usual order where it has fewer channels than a block. */
export function convolve(
  graph: OnnxGraph,
  x: OnnxValue,
  filter: OnnxValue,
  shape: readonly number[],
  { stride = [1, 1], dilation = [1, 1], pads = [0, 0, 0, 0], groups = 1 }: Geometry,
  { offset, sum, relu = false }: Epilogue = {},
): OnnxValue {
  return graph.apply(
    "Conv",
    [
      x,
      filter,
      ...(offset === undefined && sum === undefined ? [] : [offset]),
      ...(sum === undefined ? [] : [sum]),
    ],
    shape,
    {
      kernel_shape: ints(filter.shape.slice(2)),
      strides: ints(stride),
      dilations: ints(dilation),
      pads: ints(pads),
      ...(groups > 1 ? { group: int(groups) } : {}),
      ...(relu ? reluAttribute : {}),
    },
    "float32",
    blockedDomain,
  );
}

/** Each output's part of a filter in blocked order, times its factor. */
export function scaled(
  graph: OnnxGraph,
  filter: OnnxValue,
  factor: OnnxValue | undefined,
  block: number,
): OnnxValue {
  if (factor === undefined) return filter;
  const outputs = filter.shape[0] ?? 1;
  const each = elementCount(filter.shape) / outputs;
  const parts = graph.reshape(filter, [outputs / block, each, block]);
  const factors = graph.reshape(factor, [outputs / block, 1, block]);
  return graph.reshape(graph.apply("Mul", [parts, factors], parts.shape), filter.shape);
}

export function pair(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}
