/** The sum of all gradients of a step: whether one of them is not finite. */
import type { Backend } from "./backend.ts";
import type { KeptTensors } from "./forward-pass.ts";
import type { Tensor } from "./lowering.ts";

/** Not finite when a gradient is not. Some kernels (wasm's relu) turn NaN into 0, so the loss alone does not tell. */
export async function sumOfGradients(
  tf: Backend["tf"],
  gradients: ReadonlyMap<string, Tensor>,
  kept: KeptTensors,
): Promise<number> {
  const sum = tf.tidy(() =>
    [...gradients.values()].map((one) => one.sum()).reduce((a, b) => a.add(b), tf.scalar(0)),
  );
  kept.keep(sum);
  const [value = Number.NaN] = await sum.data();
  return value;
}
