/** Reductions, order, and matrices along axes. */

import { rowOf, type SparseMatrix } from "../../../../compiler/geometry/sparse-matrix.ts";
import { int } from "../../../../compiler/onnx/attribute.ts";
import { elementCount, type TensorType } from "../../../../compiler/tensors/value.ts";
import { full, type Lowering, one, operandAt, resultAt } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { pairwise } from "../pairwise.ts";

function reduced(x: OnnxValue, axes: readonly number[]): readonly number[] {
  return x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

function reduce(graph: OnnxGraph, operator: string, x: OnnxValue, axes: readonly number[]): OnnxValue {
  return graph.apply(operator, [x, graph.integers(axes)], reduced(x, axes), { keepdims: int(1) });
}

/** Sums of more values than this are formed in two stages: each rounds less. */
export const stage = 1024;

/** The sum over axes, of the values or of their squares. */
export function sumOver(
  graph: OnnxGraph,
  operator: "ReduceSum" | "ReduceSumSquare",
  x: OnnxValue,
  axes: readonly number[],
): OnnxValue {
  const last = x.shape.length;
  let first = last;
  while (first > 0 && axes.includes(first - 1)) first--;
  const trailing = elementCount(x.shape.slice(first));
  const part = trailing > stage ? largestDivisor(trailing, stage) : 1;
  if (part === 1) return reduce(graph, operator, x, axes);
  const lead = x.shape.slice(0, first);
  const parts = reduce(graph, operator, graph.reshape(x, [...lead, trailing / part, part]), [first + 1]);
  const rest = [...axes.filter((axis) => axis < first), first];
  return graph.reshape(reduce(graph, "ReduceSum", parts, rest), reduced(x, axes));
}

export function largestDivisor(count: number, most: number): number {
  for (let part = most; part > 1; part--) if (count % part === 0) return part;
  return 1;
}

export const sum: Lowering<"sum"> = (call) => {
  const {
    graph,
    attributes: { axes },
  } = call;
  return one(sumOver(graph, "ReduceSum", full(call, 0), axes));
};

function scaled(graph: OnnxGraph, x: OnnxValue, factor: number): OnnxValue {
  return pairwise(graph, "Mul", x, graph.number(factor));
}

export const mean: Lowering<"mean"> = (call) => {
  const {
    graph,
    attributes: { axes },
  } = call;
  const x = full(call, 0);
  return one(
    scaled(
      graph,
      sumOver(graph, "ReduceSum", x, axes),
      elementCount(reduced(x, axes)) / elementCount(x.shape),
    ),
  );
};

export const max: Lowering<"max"> = (call) => {
  const {
    graph,
    attributes: { axes },
  } = call;
  return one(reduce(graph, "ReduceMax", full(call, 0), axes));
};

/** In two passes. ONNX's own normalisation writes into its operands. */
export const moments: Lowering<"moments"> = (call) => {
  const {
    graph,
    attributes: { axes },
  } = call;
  const x = full(call, 0);
  const share = elementCount(reduced(x, axes)) / elementCount(x.shape);
  const centre = scaled(graph, sumOver(graph, "ReduceSum", x, axes), share);
  const centred = pairwise(graph, "Sub", x, centre);
  return [
    { value: centre },
    { value: scaled(graph, sumOver(graph, "ReduceSumSquare", centred, axes), share) },
  ];
};

export const argmax: Lowering<"argmax"> = (call) => {
  const {
    graph,
    attributes: { axis },
    results,
  } = call;
  const attributes = { axis: int(axis), keepdims: int(1), select_last_index: int(0) };
  return one(graph.apply("ArgMax", [full(call, 0)], resultAt(results).shape, attributes, "int64"));
};

export const oneHot: Lowering<"one_hot"> = (call) => {
  const {
    graph,
    attributes: { axis, classes },
  } = call;
  const labels = full(call, 0);
  const numbers = Array.from({ length: classes }, (_, i) => i);
  const shape = labels.shape.map((_, at) => (at === axis ? classes : 1));
  const candidates = graph.cast(graph.integers(numbers, shape), "int32");
  return one(graph.cast(pairwise(graph, "Equal", labels, candidates, "bool"), "float32"));
};

export const sort: Lowering<"sort"> = (call) => {
  const {
    graph,
    attributes: { axis },
    read,
  } = call;
  const x = full(call, 0);
  const extent = x.shape[axis] ?? 1;
  const attributes = { axis: int(axis), largest: int(1), sorted: int(1) };
  const [values, along] = graph.node(
    "TopK",
    [x, graph.integers([extent])],
    [
      { element: "float32", shape: x.shape },
      { element: "int64", shape: x.shape },
    ],
    attributes,
  );
  if (values === undefined || along === undefined) throw new Error("TopK has two results");
  if (read[1] === false) return [{ value: values }, undefined];
  const inner = elementCount(x.shape.slice(axis + 1));
  const lines = x.shape.with(axis, 1);
  const starts = Array.from(
    { length: elementCount(lines) },
    (_, i) => Math.floor(i / inner) * extent * inner + (i % inner),
  );
  const steps = pairwise(graph, "Mul", along, graph.number(inner, "int64"));
  return [{ value: values }, { value: pairwise(graph, "Add", steps, graph.integers(starts, lines)) }];
};

export const cumulativeSum: Lowering<"cumulative_sum"> = (call) => {
  const {
    graph,
    attributes: { axis, reverse },
  } = call;
  const x = full(call, 0);
  return one(
    graph.apply("CumSum", [x, graph.integers([axis], [])], x.shape, { reverse: int(reverse ? 1 : 0) }),
  );
};

export const matmul: Lowering<"matmul"> = (call) =>
  one(call.graph.apply("MatMul", [full(call, 0), full(call, 1)], resultAt(call.results).shape));

export const axisMap: Lowering<"axis_map"> = (call) => {
  const {
    graph,
    attributes: { axis, matrix },
    operands,
    results,
  } = call;
  const x = full(call, 0);
  const { shape } = resultAt(results);
  if (isSelection(matrix) && axis < x.shape.length - 1) {
    const places = graph.integers(
      Array.from({ length: matrix.rowCount }, (_, row) => matrix.columns[row] ?? 0),
    );
    return one(graph.apply("Gather", [x, places], shape, { axis: int(axis) }));
  }
  const { rowCount, columnCount } = matrix;
  const lead = elementCount(x.shape.slice(0, axis));
  const inner = innerExtent(operandAt(operands, 0).type, axis);
  if (inner === 1) {
    const flipped = graph.floats(dense(matrix, true), [columnCount, rowCount]);
    const product = graph.apply("MatMul", [graph.reshape(x, [lead, columnCount]), flipped], [lead, rowCount]);
    return one(graph.reshape(product, shape));
  }
  const rows = graph.floats(dense(matrix, false), [rowCount, columnCount]);
  const planes = graph.reshape(x, [lead, columnCount, inner]);
  return one(graph.reshape(graph.apply("MatMul", [rows, planes], [lead, rowCount, inner]), shape));
};

function innerExtent({ shape }: TensorType, axis: number): number {
  return elementCount(shape.slice(axis + 1));
}

/** Whether every row is one position as it is. */
function isSelection({ rowCount, starts, weights }: SparseMatrix): boolean {
  return (
    weights.length === rowCount &&
    starts.every((start, row) => start === row) &&
    weights.every((one) => one === 1)
  );
}

function dense(matrix: SparseMatrix, flipped: boolean): Float32Array {
  const { rowCount, columnCount } = matrix;
  const sums = new Float64Array(rowCount * columnCount);
  for (let row = 0; row < rowCount; row++) {
    for (const { column, weight } of rowOf(matrix, row)) {
      const at = flipped ? column * rowCount + row : row * columnCount + column;
      sums[at] = (sums[at] ?? 0) + weight;
    }
  }
  return Float32Array.from(sums);
}
