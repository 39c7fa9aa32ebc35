/** How many channels lie beside each other in the blocked layout of this machine's kernels. */
import { OnnxGraph } from "./onnx-graph.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { chosenProvider } from "./provider.ts";

/** "0": the public operators alone, to compare with, or where the blocked ones fail. */
const switchName = "FCN_NATIVE_BLOCKED";

let found: Promise<number | undefined> | undefined;

/** Asked once in a process. `undefined`: it has no blocked kernels, or they do not give what they should. */
export function blockSize(runtime: OnnxRuntime): Promise<number | undefined> {
  if (process.env[switchName] === "0" || chosenProvider() !== "cpu") return Promise.resolve(undefined);
  found ??= probe(runtime).catch(() => undefined); // whatever refuses: without them the public operators compute the same
  return found;
}

/** One feature map of four channels, reordered: its channels are filled up to a block. */
async function probe(runtime: OnnxRuntime): Promise<number | undefined> {
  const graph = new OnnxGraph();
  const x = graph.input("x", { element: "float32", shape: [1, 4, 1, 1] });
  graph.output("y", graph.apply("ReorderInput", [x], [1, 16, 1, 1], {}, "float32", "com.microsoft.nchwc"));
  const session = await runtime.InferenceSession.create(graph.encode(), { logSeverityLevel: 4 });
  try {
    const { y } = await session.run({
      x: new runtime.Tensor("float32", Float32Array.of(1, 2, 3, 4), [1, 4, 1, 1]),
    });
    const block = y?.dims[1];
    return block === 8 || block === 16 ? block : undefined;
  } finally {
    await session.release();
  }
}
