/** The activations that `output … by` takes: those whose result is a probability. */
import type { Lowered } from "./word.ts";

export const outputActivations = ["softmax", "sigmoid"] as const;
export type OutputActivation = (typeof outputActivations)[number];

/** `undefined`: an output is not made so. */
export function asOutputActivation(operation: string): OutputActivation | undefined {
  return outputActivations.find((name) => name === operation);
}

export function activated(operation: OutputActivation, logits: number): Lowered {
  return { operation, attributes: {}, inputs: [logits] };
}
