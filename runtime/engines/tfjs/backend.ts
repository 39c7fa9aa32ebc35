/** A TensorFlow.js backend that is loaded and works, and the way to run on it. */
import type { ArrayLimit } from "../engine.ts";
import { exclusively } from "./exclusive.ts";
import type { TensorFlow } from "./types.ts";

export interface Backend {
  readonly tf: TensorFlow;
  /** TensorFlow.js's name for it: "cpu", "wasm", "webgpu", "tensorflow". */
  readonly name: string;
  /** "TensorFlow.js 4.22.0, WebAssembly with SIMD, 1 thread". */
  readonly description: string;
  readonly device: string;
  /** A GPU in name only. */
  readonly software: boolean;
  /** The most that one tensor may take; `undefined`: as far as memory goes. */
  readonly largestArray?: ArrayLimit | undefined;
  /** What an error of the backend's own means to a person; the error itself where it says enough. */
  readonly explain?: (error: unknown) => unknown;
}

/**
 * Runs a task with this backend current. Sessions of different engines can live in one process: their tasks take turns.
 * The task must not call `onBackend` itself.
 */
export function onBackend<T>({ tf, name, explain }: Backend, task: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    if (tf.getBackend() !== name && !(await tf.setBackend(name))) {
      throw new Error(`TensorFlow.js does not start its ${name} backend again`);
    }
    try {
      return await task();
    } catch (error) {
      throw explain === undefined ? error : explain(error);
    }
  });
}
