/** The sum of all gradients of a step, which is finite only if each of them is. */
import { int } from "../../../compiler/onnx/attribute.ts";
import { largestDivisor, stage, sumOver } from "./lowering/along-axes.ts";
import { OnnxGraph } from "./onnx-graph.ts";

export const sumName = "sum of gradients";

export interface SumModel {
  readonly model: Uint8Array;
  /** In which it reads them, by the names of its inputs: lines, which are summed first, or so few elements as they are. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** @param counts elements of each gradient, by the name of the input that it is */
export function sumModel(counts: ReadonlyMap<string, number>): SumModel {
  const graph = new OnnxGraph();
  const shapes = new Map<string, readonly number[]>();
  const sums = [...counts].map(([name, count]) => {
    const line = largestDivisor(count, stage);
    const lines = count / line;
    const shape = lines === 1 || line === 1 ? [count] : [lines, line];
    shapes.set(name, shape);
    const gradient = graph.input(name, { element: "float32", shape });
    if (shape.length === 1) return gradient;
    return graph.apply("ReduceSum", [gradient, graph.integers([1])], [lines], { keepdims: int(0) });
  });
  graph.output(sumName, sumOver(graph, "ReduceSum", graph.concat(sums, 0), [0]));
  return { model: graph.encode(), shapes };
}
