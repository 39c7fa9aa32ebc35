/**
 * Activations whose derivative is cheap to say from steps, with that derivative.
 *
 * TensorFlow.js's own gradients compare and select, which WebAssembly does at a thirtieth of the speed of a step and a product.
 */
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";

export interface Activation {
  readonly value: (x: Tensor4D) => Tensor4D;
  /** What the derivative is said from, and what is therefore kept for it. */
  readonly from: "input" | "output";
  /** The derivative at every cell. */
  readonly derivative: (kept: Tensor4D) => Tensor4D;
}

export function activate(tf: TensorFlow, x: Tensor4D, { value, from, derivative }: Activation): Tensor4D {
  const operation = tf.customGrad((...args) => {
    const [map, save] = args as unknown as [Tensor4D, (tensors: Tensor[]) => void]; // as applied below
    const y = value(map);
    save([from === "input" ? map : y]);
    return {
      value: y,
      gradFunc: (dy: Tensor4D, saved: Tensor[]) => {
        const [kept] = saved as [Tensor4D]; // as saved above
        return tf.mul(dy, derivative(kept)) as Tensor4D; // equal shapes
      },
    };
  });
  return operation(x) as Tensor4D; // of the value's rank
}
