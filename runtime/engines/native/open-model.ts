/** Models as sessions of ONNX Runtime. */
import type { InferenceSession } from "onnxruntime-node";
import { EngineFull } from "../engine.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { executionProvider, type Provider } from "./provider.ts";

/** Where ONNX Runtime writes what each kernel took: the beginning of the names of its files. For benchmarks. */
const profileSwitch = "FCN_NATIVE_PROFILE";

/** @throws EngineFull */
export function openModel(
  runtime: OnnxRuntime,
  model: Uint8Array,
  threads: number,
  provider: Provider = "cpu",
): Promise<InferenceSession> {
  const profile = process.env[profileSwitch];
  return whereItFits(() =>
    runtime.InferenceSession.create(model, {
      executionProviders: [executionProvider(provider, model)],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // a plan for all buffers at once takes half as much memory again
      enableMemPattern: false,
      ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
      // threads that wait by spinning take the cores of those that decode images
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    }),
  );
}

/** @throws EngineFull where the machine has no more memory. */
export async function whereItFits<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    if (!/bad_alloc|failed to allocate memory|bad allocation/i.test(message)) throw problem;
    throw new EngineFull(
      `the machine has not enough memory: ${message.split("\n")[0]}`,
      "use smaller images or a smaller batch",
    );
  }
}
