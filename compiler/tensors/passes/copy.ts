/** What passes that write a program again, step by step, have in common. */
import { ProgramBuilder } from "../build.ts";
import type { PrimitiveName } from "../primitives/attributes.ts";
import type { Calls } from "../primitives/calls.ts";
import type { Program, Step, StepOf } from "../program.ts";
import type { TensorType, Value } from "../value.ts";

/** A program that has no steps yet, and its values by the ids of those of the given one that they stand for. */
export interface Copy {
  readonly build: ProgramBuilder;
  readonly values: Map<number, Value>;
}

/** With the feeds and the state of the program. */
export function copyOf(program: Program): Copy {
  const build = new ProgramBuilder(program.name);
  const values = new Map<number, Value>();
  for (const { kind, name, value } of program.feeds)
    values.set(value, build.feed(kind, name, typeOf(program, value)));
  for (const { kind, name, value } of program.state)
    values.set(value, build.state(kind, name, typeOf(program, value)));
  return { build, values };
}

/** Gives the copy the outputs and the updates of the program. @param stand gives what stands for a value of it */
export function copyEnds(
  { outputs, updates }: Program,
  build: ProgramBuilder,
  stand: (id: number) => Value,
): void {
  for (const { kind, name, value } of outputs) build.output(kind, name, stand(value));
  for (const { state, value } of updates) build.update(state, stand(value));
}

/** The same primitive on other operands. @returns its results */
export function applyStep<P extends PrimitiveName>(
  calls: Pick<Calls, "apply">,
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  operands: readonly Value[],
): readonly Value[] {
  return calls.apply(primitive, operands, attributes);
}

/** Notes what stands for each result of a step. */
export function setResults<V>(values: Map<number, V>, { results }: Step, made: readonly V[]): void {
  for (const [place, id] of results.entries()) {
    const value = made[place];
    if (value !== undefined) values.set(id, value);
  }
}

/** @throws Error where the value is not computed yet: the program is not in order. */
export function valueIn<V>(values: ReadonlyMap<number, V>, id: number): V {
  const value = values.get(id);
  if (value === undefined) throw new Error(`%${id} is read before it is computed`);
  return value;
}

export function typeOf({ values }: Program, id: number): TensorType {
  const type = values[id];
  if (type === undefined) throw new Error(`%${id} has no type`);
  return type;
}
