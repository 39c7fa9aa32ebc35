/** An operation with a gradient of its own: TensorFlow.js's customGrad with the types that it does not have. */
import type { Tensor, TensorFlow } from "../lowering.ts";

/**
 * @param forward is given the inputs; `saved` lives until the tape has used it, other tensors that it makes end with it
 * @param gradients of the inputs, in their order, from that of the value and what was saved
 */
export function withGradient<
  const I extends readonly Tensor[],
  V extends Tensor,
  const S extends readonly Tensor[] | [],
>(
  tf: TensorFlow,
  inputs: I,
  forward: (...inputs: I) => { readonly value: V; readonly saved: S },
  gradients: (dy: V, saved: S) => { readonly [K in keyof I]: Tensor },
): V {
  // customGrad hands over the inputs, and after them the function that saves; it types both as one list of tensors.
  const operation = tf.customGrad((...args) => {
    const given = args.slice(0, inputs.length) as unknown as I;
    const save = args.at(-1) as unknown as (tensors: readonly Tensor[]) => void;
    const { value, saved } = forward(...given);
    save(saved);
    const gradFunc = (dy: Tensor, kept: Tensor[]) =>
      [...gradients(dy as V, kept as unknown as S)] as Tensor[];
    return { value, gradFunc };
  });
  return operation(...inputs) as V; // what forward gave
}
