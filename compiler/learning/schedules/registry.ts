/** Every schedule. A new one is a file beside this and a line here: the training loop runs it. */
import { type ConfigurationOf, definitionOf } from "../definition/definition.ts";
import { constant } from "./constant.ts";
import { cosineSchedule } from "./cosine.ts";
import { oneCycle } from "./one-cycle.ts";
import { plateau } from "./plateau.ts";
import { poly } from "./poly.ts";
import type { Clock, Schedule, ScheduleState, Validated } from "./schedule.ts";
import { step } from "./step.ts";
import { warmUp } from "./warm-up.ts";

export const schedules = [constant, poly, cosineSchedule, step, plateau, warmUp, oneCycle] as const;

export type ScheduleConfiguration = ConfigurationOf<(typeof schedules)[number]>;

function machineOf({ kind }: ScheduleConfiguration): Schedule {
  // A configuration is given only to the machine that its kind names.
  return definitionOf<{ readonly name: string }>(schedules, kind) as Schedule;
}

/** The state of each schedule of a run, by its name: a run has each at most once. */
export type ScheduleStates = Readonly<Record<string, ScheduleState>>;

/** The learning rate of a step: each schedule takes what the one before gives. @param states as `afterValidation` gives them */
export function learningRate(
  composed: readonly ScheduleConfiguration[],
  initial: number,
  clock: Clock,
  states: ScheduleStates,
): number {
  return composed.reduce(
    (rate, settings) => machineOf(settings).rate(settings, rate, clock, states[settings.kind] ?? []),
    initial,
  );
}

/** The states after one more validation. */
export function afterValidation(
  composed: readonly ScheduleConfiguration[],
  states: ScheduleStates,
  measured: Validated,
): ScheduleStates {
  const changed = composed.flatMap((settings) => {
    const next = machineOf(settings).validated?.(settings, states[settings.kind] ?? [], measured);
    return next === undefined ? [] : [[settings.kind, next] as const];
  });
  return Object.fromEntries(changed);
}

/** The first schedule whose state is none that it can have; of one that the run does not have, no state is looked at. */
export function impossibleState(
  composed: readonly ScheduleConfiguration[],
  states: ScheduleStates,
): ScheduleConfiguration["kind"] | undefined {
  const impossible = composed.find((settings) => {
    const state = states[settings.kind];
    return state !== undefined && machineOf(settings).isState?.(state) !== true;
  });
  return impossible?.kind;
}
