/** The softmax over channels by a kernel of its own. */
import { channelsLast } from "../axis-order.ts";
import type { KernelCall, Kernels } from "./kernel-call.ts";

/** Of its one operand. */
export function softmax({ tf, take }: Pick<KernelCall<"exp">, "tf" | "take">): Kernels {
  take(0, channelsLast);
  return {
    results: [{ order: channelsLast }],
    run: ([logits]) => {
      if (logits === undefined) throw new Error("a softmax has an operand");
      return [tf.softmax(logits, -1)];
    },
  };
}
