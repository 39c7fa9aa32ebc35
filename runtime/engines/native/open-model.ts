/** Models as sessions of ONNX Runtime. */
import type { InferenceSession } from "onnxruntime-node";
import { EngineFull } from "../engine.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { executionProvider, type Provider } from "./provider.ts";

/** Where ONNX Runtime writes what each kernel took: the beginning of the names of its files. For benchmarks. */
const profileSwitch = "FCN_NATIVE_PROFILE";

/**
 * For so long threads wait by spinning: longer than from one node to the next in most places, where waking them would take as long as
 * the node. ONNX Runtime's own default is longer, and takes the cores of threads that decode images.
 */
const spinning = 100;
const waiting = { allow_spinning: "1", spin_duration_us: String(spinning) };

export interface ModelOptions {
  readonly threads: number;
  /** Left out: the CPU. */
  readonly provider?: Provider | undefined;
  /** Of a training step, which runs as it is written. */
  readonly trains?: boolean;
}

/** @throws EngineFull */
export function openModel(
  runtime: OnnxRuntime,
  model: Uint8Array,
  options: ModelOptions,
): Promise<InferenceSession> {
  return whereItFits(() => runtime.InferenceSession.create(model, sessionOptions(model, options)));
}

/**
 * The models of a training step are written as the CPU's kernels take them: ONNX Runtime's optimizer changes nothing that can be
 * measured in a step, takes three quarters of the time in which a session is opened, and makes equal nodes one, which recomputation
 * has on purpose. On another provider it chooses layouts, and only leaves equal nodes alone.
 */
export function sessionOptions(
  model: Uint8Array,
  { threads, provider = "cpu", trains = false }: ModelOptions,
): InferenceSession.SessionOptions {
  const profile = process.env[profileSwitch];
  const apart = { optimization: { disable_specified_optimizers: "CommonSubexpressionElimination" } };
  return {
    executionProviders: [executionProvider(provider, model)],
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    // a plan for all buffers at once takes half as much memory again
    enableMemPattern: false,
    ...(trains && provider === "cpu" && { graphOptimizationLevel: "disabled" }),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    extra: { session: { intra_op: waiting }, ...(trains && provider !== "cpu" && apart) },
  };
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
