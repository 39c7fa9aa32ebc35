/** A TensorFlow.js backend that is loaded and works, and the way to run on it. */
import { exclusively } from "./exclusive.ts";
import type { TensorFlow } from "./lowering.ts";

export interface Backend {
  readonly tf: TensorFlow;
  /** TensorFlow.js's name for it: "cpu", "wasm", "webgpu", "tensorflow". */
  readonly name: string;
  /** "TensorFlow.js 4.22.0, WebAssembly with SIMD, 1 thread". */
  readonly description: string;
  readonly device: string;
  /** A GPU in name only. */
  readonly software: boolean;
}

/**
 * Runs a task with this backend current. Sessions of different engines can live in one process: their tasks take turns.
 * The task must not call `onBackend` itself.
 */
export function onBackend<T>({ tf, name }: Backend, task: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    if (tf.getBackend() !== name && !(await tf.setBackend(name))) {
      throw new Error(`TensorFlow.js does not start its ${name} backend again`);
    }
    return task();
  });
}
