/** One pass over a feature map in blocked order: a factor and an offset for each channel, another map added, a ReLU. */
import { int, ints, text } from "../../../compiler/onnx/attribute.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import type { MapExtents } from "./blocked-sums.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "./onnx-graph.ts";

/** What a convolution does with its sums before they are written: of each channel, and of each element. */
export interface Epilogue {
  /** [channels] */
  readonly factor?: OnnxValue | undefined;
  readonly offset?: OnnxValue | undefined;
  /** Of the result's shape, added. */
  readonly sum?: OnnxValue | undefined;
  readonly relu?: boolean;
}

export const reluAttribute = { activation: text("Relu") };

/** Where channels differ it is a convolution of each by one number. @param shape with what fills the last block */
export function passOver(
  graph: OnnxGraph,
  x: OnnxValue,
  shape: MapExtents,
  { factor, offset, sum, relu = false }: Epilogue,
): OnnxValue {
  if (factor === undefined && offset === undefined) {
    const added = sum === undefined ? x : graph.apply("Add", [x, sum], shape);
    return relu ? graph.apply("Relu", [added], shape) : added;
  }
  const [, channels] = shape;
  const filter = factor ?? graph.floats(new Float32Array(channels).fill(1), [channels]);
  return graph.apply(
    "Conv",
    [x, graph.reshape(filter, [channels, 1, 1, 1]), offset, ...(sum === undefined ? [] : [sum])],
    shape,
    { kernel_shape: ints([1, 1]), group: int(channels), ...(relu ? reluAttribute : {}) },
    "float32",
    blockedDomain,
  );
}

/** Of numbers for each channel, or one for all; `undefined` is 0. */
export function sumOf(
  graph: OnnxGraph,
  a: OnnxValue | undefined,
  b: OnnxValue | undefined,
): OnnxValue | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return graph.apply("Add", [a, b], elementCount(a.shape) > 1 ? a.shape : b.shape);
}

/** Of numbers for each channel, or one for all; `undefined` is 1. */
export function productOf(graph: OnnxGraph, a: OnnxValue | undefined, b: OnnxValue): OnnxValue {
  if (a === undefined) return b;
  return graph.apply("Mul", [a, b], elementCount(a.shape) > 1 ? a.shape : b.shape);
}
