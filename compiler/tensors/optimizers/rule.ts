/** What the rule of an optimizer is: the update of one weight, as a few steps. */
import type { OptimizerConfiguration, OptimizerName } from "../../learning/optimizers/registry.ts";
import type { Calls } from "../primitives/calls.ts";
import type { Value } from "../value.ts";

export type OptimizerSettings<N extends OptimizerName = OptimizerName> = Extract<
  OptimizerConfiguration,
  { kind: N }
>;

export interface UpdateOperands {
  readonly build: Calls;
  readonly weight: Value;
  readonly gradient: Value;
  /** By name, of the weight's shape. */
  readonly moments: (name: string) => Value;
  /** A scalar. */
  readonly learningRate: Value;
  /** A scalar of the step, by name. */
  readonly step: (name: string) => Value;
}

export interface Updated {
  readonly weight: Value;
  readonly moments: ReadonlyMap<string, Value>;
}

export interface OptimizerRule<N extends OptimizerName> {
  /** Kept for each weight; zero at first. */
  readonly moments: (settings: OptimizerSettings<N>) => readonly string[];
  /**
   * Numbers of the step that the host computes in float64, by name: their float32 formula would cancel.
   * @param count of updates, this one included
   */
  readonly step: (settings: OptimizerSettings<N>, count: number) => ReadonlyMap<string, number>;
  readonly update: (operands: UpdateOperands, settings: OptimizerSettings<N>) => Updated;
}
