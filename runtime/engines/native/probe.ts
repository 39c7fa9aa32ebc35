/** A small computation whose result is known, to find out whether ONNX Runtime works on this machine. */
import { OnnxGraph } from "./onnx-graph.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { openModel } from "./open-model.ts";
import type { Provider } from "./provider.ts";

/** @throws Error when it does not run or gives something else. */
export async function checkArithmetic(runtime: OnnxRuntime, provider: Provider): Promise<void> {
  const graph = new OnnxGraph();
  const x = graph.input("x", { element: "float32", shape: [1, 1, 3, 3] });
  const filter = graph.floats([1, 2, 3, 4], [1, 1, 2, 2]);
  graph.output("y", graph.apply("Conv", [x, filter], [1, 1, 2, 2]));
  const session = await openModel(runtime, graph.encode(), { threads: 1, provider });
  try {
    const values = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
    const { y } = await session.run({ x: new runtime.Tensor("float32", values, [1, 1, 3, 3]) });
    const found = [...((y?.data ?? []) as Float32Array)]; // float32, as the graph says
    const expected = [27, 37, 57, 67];
    if (found.length !== 4 || found.some((value, i) => value !== expected[i]))
      throw new Error(`a convolution gave ${found.join(", ")} instead of ${expected.join(", ")}`);
  } finally {
    await session.release();
  }
}
