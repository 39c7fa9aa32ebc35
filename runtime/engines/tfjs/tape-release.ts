/**
 * Memory of the backward pass: each operation's saved tensors and upstream gradient go as soon as it has been walked.
 *
 * TensorFlow.js keeps all of them until the whole tape has been walked, which takes about twice the memory.
 */
import type { Tensor, TensorFlow } from "./lowering.ts";

/**
 * To be called on the tape, when the forward pass is complete. Gradients keep their values.
 * @param begin is called with the place on the tape of each operation whose gradient begins
 */
export function releaseAsWalked(tf: TensorFlow, begin?: (place: number) => void): void {
  /** Gradients that an operation handed on as they were: several readers may share them, so they stay to the end. */
  const handedOn = new Set<Tensor>();
  let releaseLast = () => {};
  for (const [place, node] of tf.engine().state.activeTape.entries()) {
    const { gradient, saved } = node;
    if (gradient === undefined) continue;
    node.gradient = (upstream) => {
      begin?.(place);
      releaseLast(); // the tape is walked one operation after the other, so the one before is done
      const functions = gradient(upstream);
      releaseLast = () => {
        for (const tensor of saved ?? []) tensor.dispose();
        // `null`: an output the loss does not depend on, which the types leave out
        for (const tensor of upstream) if (tensor !== null && !handedOn.has(tensor)) tensor.dispose();
      };
      return Object.fromEntries(
        Object.entries(functions).map(([input, derive]) => [
          input,
          () => {
            const result = derive();
            if (upstream.includes(result)) handedOn.add(result);
            return result;
          },
        ]),
      );
    };
  }
}
