/** Kernels of our own, registered once with TensorFlow.js. */
import type { TensorFlow } from "../lowering.ts";

const registered = new WeakSet<object>();

/**
 * Adds what backends lack. To be called after the backend packages are imported and before a backend runs anything;
 * later calls do nothing.
 */
export function registerKernels(tf: TensorFlow): void {
  if (registered.has(tf)) return;
  registered.add(tf);
}
