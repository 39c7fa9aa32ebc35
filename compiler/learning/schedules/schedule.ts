/**
 * A schedule: a state machine over steps and validations that changes the learning rate of each step.
 *
 * Schedules compose: each takes the learning rate that the one before it gives. Their states are rows of numbers, which checkpoints keep.
 */
import type { Definition } from "../definition/definition.ts";

export interface Clock {
  /** Updates before this one, in the whole run. */
  readonly step: number;
  /** Updates of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** What a validation came to: the measure of `keep best by`. */
export interface Validated {
  /** `undefined`: nothing was counted. */
  readonly value: number | undefined;
  readonly better: "higher" | "lower";
}

/** Finite numbers; empty before the first validation. */
export type ScheduleState = readonly number[];

export interface Schedule<N extends string = string, S extends object = object> extends Definition<N, S> {
  /** The learning rate of a step, as the paper writes it: r is the learning rate so far. */
  readonly formula: string;
  readonly rate: (settings: S, rate: number, clock: Clock, state: ScheduleState) => number;
  /** How a validation changes its state. Left out: it has none. */
  readonly validated?: (settings: S, state: ScheduleState, measured: Validated) => ScheduleState;
  /** Whether a checkpoint may hold this state. Left out: none. */
  readonly isState?: (state: ScheduleState) => boolean;
}

export function schedule<N extends string, S extends object>(
  definition: Definition<N, S>,
  machine: Pick<Schedule<N, S>, "formula" | "rate" | "validated" | "isState">,
): Schedule<N, S> {
  return { ...definition, ...machine };
}
