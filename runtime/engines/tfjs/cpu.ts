/** The reference engine: TensorFlow.js's kernels in plain JavaScript. Slow, and there on every machine. */
import { constants } from "node:buffer";
import type { Start } from "./engine.ts";
import { loadTensorFlow } from "./load.ts";

export const startCpu: Start = async () => {
  const tf = await loadTensorFlow();
  if (!(await tf.setBackend("cpu"))) {
    return { reason: "the JavaScript backend did not start", remedy: undefined };
  }
  const description = `TensorFlow.js ${tf.version.tfjs}, JavaScript, 1 thread`;
  // Values are in one Float32Array, whose most elements Node tells here.
  const largestArray = { bytes: 4 * constants.MAX_LENGTH, source: "the longest Float32Array" };
  return { tf, name: "cpu", description, device: "CPU", software: false, largestArray };
};
