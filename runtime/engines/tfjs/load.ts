/** TensorFlow.js, loaded when an engine is first asked for. */
import { registerKernels } from "./kernels/register.ts";
import type { TensorFlow } from "./types.ts";

/**
 * The union package: alone among the packages it loads as a module in Node and registers every gradient.
 * Production mode keeps its advertisements off the console.
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const tf: TensorFlow = await import("@tensorflow/tfjs");
  tf.enableProdMode();
  registerKernels(tf);
  return tf;
}
