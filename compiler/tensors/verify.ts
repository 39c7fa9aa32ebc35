/** What every program must satisfy: when it is built, and after every pass. */
import type { PrimitiveName } from "./primitives/attributes.ts";
import { primitiveOf } from "./primitives/registry.ts";
import type { Program, Step, StepOf } from "./program.ts";
import { ShapeMistake, sameType, type TensorType, typeText } from "./value.ts";

export const constraints = {
  T1: "every value is one feed, one part of the state, or one result of one step",
  T2: "a step reads values that are there before it",
  T3: "a step takes its operands, and the types of its results follow from them",
  T4: "extents are integers from 1 on",
  T5: "feeds, state and outputs have names of their own",
  T6: "outputs are values; an update is a value of its state's type, and each state has at most one",
} as const;

export type Constraint = keyof typeof constraints;

export interface Violation {
  readonly constraint: Constraint;
  /** The step it is about, by its place; `undefined` for the program. */
  readonly step: number | undefined;
  readonly message: string;
}

/** Empty for a well-formed program. */
export function verifyProgram(program: Program): readonly Violation[] {
  return [
    ...sourcesAreSingle(program),
    ...shapesAreStatic(program),
    ...stepsFollow(program),
    ...namesDiffer(program),
    ...resultsHold(program),
  ];
}

/** @throws Error for a program that breaks a constraint. Returns it, for use after a pass. */
export function verified(program: Program, after: string): Program {
  const [first] = verifyProgram(program);
  if (first !== undefined)
    throw new Error(`${program.name} after ${after}: ${first.message} (${first.constraint})`);
  return program;
}

function violation(constraint: Constraint, step: number | undefined, message: string): Violation {
  return { constraint, step, message };
}

function sourcesAreSingle({ values, feeds, state, steps }: Program): readonly Violation[] {
  const counts = new Uint32Array(values.length);
  const untyped: number[] = [];
  const count = (id: number) => {
    if (values[id] === undefined) untyped.push(id);
    else counts[id] = (counts[id] ?? 0) + 1;
  };
  for (const { value } of feeds) count(value);
  for (const { value } of state) count(value);
  for (const { results } of steps) results.forEach(count);
  const found = untyped.map((id) => violation("T1", undefined, `%${id} is computed and has no type`));
  for (const [id, times] of counts.entries())
    if (times !== 1) found.push(violation("T1", undefined, `%${id} has ${times} sources`));
  return found;
}

function shapesAreStatic({ values }: Program): readonly Violation[] {
  const found: Violation[] = [];
  for (const [id, type] of values.entries()) {
    const whole = type.shape.every((extent) => Number.isInteger(extent) && extent >= 1);
    if (!whole) found.push(violation("T4", undefined, `%${id} is ${typeText(type)}`));
  }
  return found;
}

function stepsFollow(program: Program): readonly Violation[] {
  const known = new Set([...program.feeds, ...program.state].map(({ value }) => value));
  const found: Violation[] = [];
  for (const [place, step] of program.steps.entries()) {
    const unknown = step.operands.find((id) => !known.has(id));
    for (const id of step.results) known.add(id);
    if (unknown !== undefined) {
      const message = `${step.primitive} reads %${unknown}, which is not there before it`;
      found.push(violation("T2", place, message));
      continue;
    }
    const message = typesDiffer(program, step);
    if (message !== undefined) found.push(violation("T3", place, `${step.primitive}: ${message}`));
  }
  return found;
}

function typesDiffer({ values }: Program, step: Step): string | undefined {
  const typesOf = (ids: readonly number[]) => {
    const types: TensorType[] = [];
    for (const id of ids) {
      const type = values[id];
      if (type !== undefined) types.push(type);
    }
    return types;
  };
  const expected = primitiveOf(step.primitive).operands;
  const count = step.operands.length;
  if (expected === undefined ? count === 0 : count !== expected) return `it has ${count} operands`;
  try {
    const computed = computedTypes(step, typesOf(step.operands));
    const stored = typesOf(step.results);
    const same = computed.length === stored.length && computed.every((type, i) => isSame(type, stored[i]));
    return same
      ? undefined
      : `gives ${computed.map(typeText).join(", ")}, not ${stored.map(typeText).join(", ")}`;
  } catch (problem) {
    if (problem instanceof ShapeMistake) return problem.message;
    throw problem;
  }
}

function isSame(a: TensorType, b: TensorType | undefined): boolean {
  return b !== undefined && sameType(a, b);
}

function computedTypes<P extends PrimitiveName>(
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  operands: readonly TensorType[],
): readonly TensorType[] {
  return primitiveOf(primitive).types(attributes, operands);
}

function namesDiffer({ feeds, state, outputs }: Program): readonly Violation[] {
  const named = [
    ...feeds.map(({ kind, name }) => `feed ${kind} "${name}"`),
    ...state.map(({ name }) => `state "${name}"`),
    ...outputs.map(({ kind, name }) => `output ${kind} "${name}"`),
  ];
  const known = new Set<string>();
  return named.flatMap((name) => {
    if (known.has(name)) return [violation("T5", undefined, `there are two of ${name}`)];
    known.add(name);
    return [];
  });
}

function resultsHold({ values, state, outputs, updates }: Program): readonly Violation[] {
  const missing = outputs
    .filter(({ value }) => values[value] === undefined)
    .map(({ name, value }) => violation("T6", undefined, `output "${name}" is %${value}, which is no value`));
  const states = new Map(state.map((one) => [one.name, one.value]));
  const updated = new Set<string>();
  const wrong = updates.flatMap(({ state: name, value }) => {
    const isFirst = !updated.has(name);
    updated.add(name);
    const [before, after] = [values[states.get(name) ?? -1], values[value]];
    if (before === undefined || after === undefined || !sameType(before, after))
      return [violation("T6", undefined, `"${name}" cannot become %${value}`)];
    return isFirst ? [] : [violation("T6", undefined, `"${name}" is updated twice`)];
  });
  return [...missing, ...wrong];
}
