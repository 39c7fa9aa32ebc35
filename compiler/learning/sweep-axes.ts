/** What a sweep may vary beside entries and parameters, and how its values are distinguished. */
import type { SweepAxis, SweepRange } from "./configuration.ts";

/** Numbers of the optimizer that are swept by themselves, whichever optimizer it is, by their settings. */
export const optimizerNumbers = { learning_rate: "learningRate", weight_decay: "weightDecay" } as const;

export type OptimizerNumber = keyof typeof optimizerNumbers;

export function isOptimizerNumber(name: string): name is OptimizerNumber {
  return Object.hasOwn(optimizerNumbers, name);
}

export function isRange(values: SweepAxis["values"]): values is SweepRange {
  return "least" in values;
}
