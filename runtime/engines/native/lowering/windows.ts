/** The largest value of each window. */
import { ints } from "../../../../compiler/onnx/attribute.ts";
import type { WindowAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { full, type Lowering, resultAt } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { pairwise } from "../pairwise.ts";

/**
 * The operator gives the first maximum, and places flat in the whole operand. Its ceil mode is not used: a last window that is cut off
 * is more padding. It takes less padding than its kernel has positions; more is put around the operand, and taken off the places.
 */
export const windowMax: Lowering<"window_max"> = (call) => {
  const { graph, attributes, read, results } = call;
  const x = full(call, 0);
  const { shape } = resultAt(results);
  const { kernel, before, after } = attributes;
  const fits = [0, 1].every((axis) => Math.max(before[axis] ?? 0, after[axis] ?? 0) < (kernel[axis] ?? 1));
  if (fits) return pooled(graph, x, attributes, shape, read[1] !== false).map((value) => value && { value });
  const around = graph.pad(x, [0, 0, ...before], [0, 0, ...after], Number.NEGATIVE_INFINITY);
  const inside = { ...attributes, before: [0, 0], after: [0, 0] } as const;
  const [values, places] = pooled(graph, around, inside, shape, read[1] !== false);
  if (values === undefined) throw new Error("a pool has values");
  return [{ value: values }, places && { value: withoutPadding(graph, places, x, around, before) }];
};

function pooled(
  graph: OnnxGraph,
  x: OnnxValue,
  { kernel, stride, dilation, before, after }: WindowAttributes,
  shape: readonly number[],
  places: boolean,
): readonly (OnnxValue | undefined)[] {
  const attributes = {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    dilations: ints(dilation),
    pads: ints([...before, ...after]),
  };
  if (!places) return [graph.apply("MaxPool", [x], shape, attributes), undefined];
  return graph.node(
    "MaxPool",
    [x],
    [
      { element: "float32", shape },
      { element: "int64", shape },
    ],
    attributes,
  );
}

/** Places in the padded operand as places in the operand. */
function withoutPadding(
  graph: OnnxGraph,
  places: OnnxValue,
  x: OnnxValue,
  padded: OnnxValue,
  [top, left]: readonly [number, number],
): OnnxValue {
  const [, , height, width] = four(x.shape);
  const [, , rows, columns] = four(padded.shape);
  const whole = (count: number) => graph.number(count, "int64");
  const by = (operator: string, value: OnnxValue, count: number) =>
    pairwise(graph, operator, value, whole(count));
  const plane = by("Div", places, rows * columns);
  const within = by("Mod", places, rows * columns);
  const row = by("Sub", by("Div", within, columns), top);
  const column = by("Sub", by("Mod", within, columns), left);
  const above = pairwise(graph, "Add", by("Mul", plane, height), row);
  return pairwise(graph, "Add", by("Mul", above, width), column);
}
