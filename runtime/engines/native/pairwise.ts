/** Operators of two values, of which the smaller one is repeated. */
import type { OnnxElement, OnnxGraph, OnnxValue } from "./onnx-graph.ts";

/** The operator repeats the smaller operand. */
export function pairwise(
  graph: OnnxGraph,
  operator: string,
  a: OnnxValue,
  b: OnnxValue,
  element: OnnxElement = a.element,
): OnnxValue {
  return graph.apply(operator, [a, b], commonShape(a.shape, b.shape), {}, element);
}

export function commonShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const axes = Math.max(a.length, b.length);
  const extent = (shape: readonly number[], axis: number) => shape[axis + shape.length - axes] ?? 1;
  return Array.from({ length: axes }, (_, axis) => Math.max(extent(a, axis), extent(b, axis)));
}
