/** A program computed in float64: the reference that engines are compared with. */

import type { PrimitiveName } from "./primitives/attributes.ts";
import type { Tensor } from "./primitives/primitive.ts";
import { primitiveOf } from "./primitives/registry.ts";
import type { FeedKind, OutputKind, Program, Step, StepOf } from "./program.ts";
import { elementCount, type TensorType, typeText } from "./value.ts";

export interface ProgramInputs {
  /** By kind and name: `feedName("input", "image")`. */
  readonly feeds: ReadonlyMap<string, ArrayLike<number>>;
  readonly state: ReadonlyMap<string, ArrayLike<number>>;
}

export interface ProgramResults {
  /** By kind and name: `outputName("map", "labels")`. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** The parts of the state that changed. */
  readonly state: ReadonlyMap<string, Tensor>;
}

export function feedName(kind: FeedKind, name: string): string {
  return `${kind} ${name}`;
}

export function outputName(kind: OutputKind, name: string): string {
  return `${kind} ${name}`;
}

/** The values of a step's results, as later steps read them. */
export type StepResults = (
  step: Step,
  operands: readonly Tensor[],
  results: readonly TensorType[],
) => readonly Float64Array[];

/**
 * @param resultsOf how a step is computed; another one than the exact one simulates an arithmetic
 * @throws Error where a feed or a state is missing, or has not as many values as its type.
 */
export function evaluate(
  program: Program,
  inputs: ProgramInputs,
  resultsOf: StepResults = evaluateStep,
): ProgramResults {
  const values = new Map<number, Tensor>();
  const take = (id: number, name: string, given: ArrayLike<number> | undefined) => {
    const type = typeOf(program, id);
    if (given === undefined) throw new Error(`${name} is not given`);
    if (given.length !== elementCount(type.shape))
      throw new Error(`${name} is ${typeText(type)}, and ${given.length} values are given`);
    values.set(id, { ...type, data: Float64Array.from(given) });
  };
  for (const { kind, name, value } of program.feeds) {
    take(value, feedName(kind, name), inputs.feeds.get(feedName(kind, name)));
  }
  for (const { name, value } of program.state) take(value, name, inputs.state.get(name));
  const last = lastUses(program);
  for (const [place, step] of program.steps.entries()) {
    const operands = step.operands.map((id) => {
      const operand = values.get(id);
      if (operand === undefined) throw new Error(`value ${id} is not computed yet`);
      return operand;
    });
    const results = step.results.map((id) => typeOf(program, id));
    for (const [i, data] of resultsOf(step, operands, results).entries()) {
      const id = step.results[i] ?? -1;
      values.set(id, { ...typeOf(program, id), data });
    }
    for (const id of [...step.operands, ...step.results])
      if ((last.get(id) ?? -1) <= place) values.delete(id);
  }
  const result = (id: number): Tensor => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`value ${id} was not computed`);
    return value;
  };
  return {
    outputs: new Map(program.outputs.map(({ kind, name, value }) => [outputName(kind, name), result(value)])),
    state: new Map(program.updates.map(({ state, value }) => [state, result(value)])),
  };
}

/** A step in float64. */
export function evaluateStep(
  step: Step,
  operands: readonly Tensor[],
  results: readonly TensorType[],
): readonly Float64Array[] {
  return apply(step, operands, results);
}

function apply<P extends PrimitiveName>(
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  operands: readonly Tensor[],
  results: readonly TensorType[],
): readonly Float64Array[] {
  return primitiveOf(primitive).evaluate({ attributes, operands, results });
}

function typeOf(program: Program, id: number): TensorType {
  const type = program.values[id];
  if (type === undefined) throw new Error(`the program has no value ${id}`);
  return type;
}

/** The place of the last step that reads each value; what the run gives out is needed after all of them. */
function lastUses({ steps, outputs, updates }: Program): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (const [place, { operands }] of steps.entries()) for (const id of operands) last.set(id, place);
  for (const { value } of [...outputs, ...updates]) last.set(value, steps.length);
  return last;
}
