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
  const line = (x: OnnxValue) =>
    elementCount(x.shape) === 1 ? (x.shape.length > 1 ? graph.reshape(x, [1]) : x) : graph.asVector(x);
  const isLine = shape.length > 1 && count === Math.max(elementCount(a.shape), elementCount(b.shape));
  const [first, second] = isLine && count > 1 ? [line(a), line(b)] : [];
  if (first === undefined || second === undefined) return graph.apply(operator, [a, b], shape, {}, element);
  return graph.reshape(graph.apply(operator, [first, second], [count], {}, element), shape);
}

export function commonShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const axes = Math.max(a.length, b.length);
  const extent = (shape: readonly number[], axis: number) => shape[axis + shape.length - axes] ?? 1;
  return Array.from({ length: axes }, (_, axis) => Math.max(extent(a, axis), extent(b, axis)));
}
