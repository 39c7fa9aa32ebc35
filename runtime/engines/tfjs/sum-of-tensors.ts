/** The sum of all elements of tensors: whether one of them is not finite. */
import { hasArrays, onArrays } from "./kernels/array-heap.ts";
import type { Tensor, TensorFlow } from "./types.ts";

/** Not finite where an element is not. Some kernels (wasm's relu) turn NaN into 0, so the loss alone does not tell. */
export async function sumOfTensors(tf: TensorFlow, tensors: readonly Tensor[]): Promise<number> {
  if (hasArrays(tf.getBackend())) {
    return onArrays(tf, (heap) => {
      // two sums at once: an addition waits for the one before it
      let [even, odd] = [0, 0];
      for (const tensor of tensors) {
        const values = heap.floats(tensor);
        for (let i = 0; i < values.length; i += 2) {
          even += values[i] ?? 0;
          odd += values[i + 1] ?? 0;
        }
      }
      return even + odd;
    });
  }
  const sum = tf.tidy(() => tensors.map((one) => one.sum()).reduce((a, b) => a.add(b), tf.scalar(0)));
  const [value = Number.NaN] = await sum.data();
  sum.dispose();
  return value;
}
