/** The learning rate of each step. */
import type { ScheduleConfiguration } from "../../compiler/learning/configuration.ts";

/**
 * The rate of step `step` (from 0) of a run of `steps` steps.
 * poly: rate · (1 − step / steps) ^ power (Liu, Rabinovich & Berg 2015, ParseNet, section 3.1).
 */
export function learningRate(
  schedule: ScheduleConfiguration,
  rate: number,
  step: number,
  steps: number,
): number {
  switch (schedule.kind) {
    case "constant":
      return rate;
    case "poly":
      return rate * (1 - Math.min(step, steps) / steps) ** schedule.power;
  }
}
