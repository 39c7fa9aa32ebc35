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
  const counts = values.map(() => 0);
  const sources = [
    ...[...feeds, ...state].map(({ value }) => value),
    ...steps.flatMap(({ results }) => results),
  ];
  for (const id of sources) if (counts[id] !== undefined) counts[id] += 1;
  return [
    ...sources
      .filter((id) => values[id] === undefined)
      .map((id) => violation("T1", undefined, `%${id} is computed and has no type`)),
    ...counts.flatMap((count, id) =>
      count === 1 ? [] : [violation("T1", undefined, `%${id} has ${count} sources`)],
    ),
  ];
}

function shapesAreStatic({ values }: Program): readonly Violation[] {
  return values.flatMap((type, id) => {
    const whole = type.shape.every((extent) => Number.isInteger(extent) && extent >= 1);
    return whole ? [] : [violation("T4", undefined, `%${id} is ${typeText(type)}`)];
  });
}

function stepsFollow(program: Program): readonly Violation[] {
  const known = new Set([...program.feeds, ...program.state].map(({ value }) => value));
  return program.steps.flatMap((step, place) => {
    const unknown = step.operands.filter((id) => !known.has(id));
    for (const id of step.results) known.add(id);
    if (unknown.length > 0)
      return [violation("T2", place, `${step.primitive} reads %${unknown[0]}, which is not there before it`)];
    const message = typesDiffer(program, step);
    return message === undefined ? [] : [violation("T3", place, `${step.primitive}: ${message}`)];
  });
}

function typesDiffer({ values }: Program, step: Step): string | undefined {
  const typesOf = (ids: readonly number[]) => ids.flatMap((id) => values[id] ?? []);
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
  return named
    .filter((name, place) => named.indexOf(name) !== place)
    .map((name) => violation("T5", undefined, `there are two of ${name}`));
}

function resultsHold({ values, state, outputs, updates }: Program): readonly Violation[] {
  const missing = outputs
    .filter(({ value }) => values[value] === undefined)
    .map(({ name, value }) => violation("T6", undefined, `output "${name}" is %${value}, which is no value`));
  const wrong = updates.flatMap(({ state: name, value }, place) => {
    const of = state.find((one) => one.name === name);
    const [before, after] = [values[of?.value ?? -1], values[value]];
    if (before === undefined || after === undefined || !sameType(before, after))
      return [violation("T6", undefined, `"${name}" cannot become %${value}`)];
    const first = updates.findIndex((one) => one.state === name);
    return first === place ? [] : [violation("T6", undefined, `"${name}" is updated twice`)];
  });
  return [...missing, ...wrong];
}
