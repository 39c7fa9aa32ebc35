/** Operators of two values, of which the smaller one is repeated. */
import { elementCount } from "../../../compiler/tensors/value.ts";
import type { OnnxElement, OnnxGraph, OnnxValue } from "./onnx-graph.ts";

/** The operator repeats the smaller operand. Vectors that were given more axes are computed as vectors: each shape is a node. */
export function pairwise(
  graph: OnnxGraph,
  operator: string,
  a: OnnxValue,
  b: OnnxValue,
  element: OnnxElement = a.element,
): OnnxValue {
  const shape = commonShape(a.shape, b.shape);
  const count = elementCount(shape);
  /** A vector of another length would be repeated along an axis of its own. */
  const line = (x: OnnxValue) => {
    if (elementCount(x.shape) === 1) return x.shape.length > 1 ? graph.reshape(x, [1]) : x;
    return elementCount(x.shape) === count ? graph.asVector(x) : undefined;
  };
  const [first, second] = shape.length > 1 && count > 1 ? [line(a), line(b)] : [];
  if (first === undefined || second === undefined) return graph.apply(operator, [a, b], shape, {}, element);
  return graph.reshape(graph.apply(operator, [first, second], [count], {}, element), shape);
}

export function commonShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const axes = Math.max(a.length, b.length);
  const extent = (shape: readonly number[], axis: number) => shape[axis + shape.length - axes] ?? 1;
  return Array.from({ length: axes }, (_, axis) => Math.max(extent(a, axis), extent(b, axis)));
}
