/** Every schedule. A new one is a file beside this and a line here: the training loop runs it. */
import { type ConfigurationOf, definitionOf } from "../definition.ts";
import { constant } from "./constant.ts";
import { cosineSchedule } from "./cosine.ts";
import { plateau } from "./plateau.ts";
import { poly } from "./poly.ts";
import type { Clock, Schedule, ScheduleState, Validated } from "./schedule.ts";
import { step } from "./step.ts";
import { warmUp } from "./warm-up.ts";

export const schedules = [constant, poly, cosineSchedule, step, plateau, warmUp] as const;

export type ScheduleConfiguration = ConfigurationOf<(typeof schedules)[number]>;

function machineOf({ kind }: ScheduleConfiguration): Schedule {
  // A configuration is given only to the machine that its kind names.
  return definitionOf<{ readonly name: string }>(schedules, kind) as Schedule;
}

/** The learning rate of a step: each schedule takes what the one before gives. @param states as `afterValidation` gives them */
export function learningRate(
  composed: readonly ScheduleConfiguration[],
  initial: number,
  clock: Clock,
  states: readonly ScheduleState[],
): number {
  return composed.reduce(
    (rate, settings, index) => machineOf(settings).rate(settings, rate, clock, states[index] ?? []),
    initial,
  );
}

/** The states after one more validation. */
export function afterValidation(
  composed: readonly ScheduleConfiguration[],
  states: readonly ScheduleState[],
  measured: Validated,
): readonly ScheduleState[] {
  return composed.map((settings, index) => {
    const state = states[index] ?? [];
    return machineOf(settings).validated?.(settings, state, measured) ?? state;
  });
}
