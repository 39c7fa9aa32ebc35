/**
 * Computes values of the forward pass again where the backward pass reads them, so that they are not held until then.
 *
 *     %1 = exp(%0) … @ forward                 %1 = exp(%0) … @ forward
 *     %2 = tanh(%1) … @ forward                %2 = tanh(%1) … @ forward
 *     %3 = multiply(%2, %1) … @ backward   →   %3 = exp(%0) … @ recomputation
 *     with %1 dropped                          %4 = multiply(%2, %3) … @ backward
 *
 * The last pass: equal steps are wanted, and no later one may make them one. What a run gives out, and what becomes of the state, are
 * the values of the forward pass, so that running statistics are updated once.
 */
import { ProgramBuilder } from "../../build.ts";
import type { PrimitiveName } from "../../primitives/attributes.ts";
import type { Program, Step, StepOf } from "../../program.ts";
import type { TensorType, Value } from "../../value.ts";
import { verified } from "../../verify.ts";

/** @param dropped values that neither outputs nor updates are */
export function recomputed(program: Program, dropped: ReadonlySet<number>): Program {
  if (dropped.size === 0) return program;
  const build = new ProgramBuilder(program.name);
  const values = new Map<number, Value>();
  for (const { kind, name, value } of program.feeds)
    values.set(value, build.feed(kind, name, typeOf(program, value)));
  for (const { kind, name, value } of program.state)
    values.set(value, build.state(kind, name, typeOf(program, value)));
  const makers = new Map(
    program.steps.flatMap(({ results }, place) => results.map((id) => [id, place] as const)),
  );
  const again = new Map<number, Value>();
  const valueIn = (found: ReadonlyMap<number, Value>, id: number): Value => {
    const value = found.get(id);
    if (value === undefined) throw new Error(`%${id} is read before it is computed`);
    return value;
  };
  /** The value as the backward pass has it. */
  const late = (id: number): Value => valueIn(dropped.has(id) ? again : values, id);
  const append = (
    step: Step,
    operands: readonly Value[],
    into: Map<number, Value>,
    kept: (id: number) => boolean,
  ) => {
    const results = apply(build, step, operands);
    for (const [i, id] of step.results.entries()) {
      const result = results[i];
      if (result !== undefined && kept(id)) into.set(id, result);
    }
  };
  const repeat = (ids: readonly number[]) => {
    for (const place of missingSteps(program, ids, makers, (id) => dropped.has(id) && !again.has(id))) {
      const step = program.steps[place];
      if (step === undefined) continue;
      build.at({ ...step.origin, part: "recomputation" });
      append(step, step.operands.map(late), again, (id) => dropped.has(id));
    }
  };
  for (const step of program.steps) {
    const isBackward = step.origin.part === "backward";
    if (isBackward) repeat(step.operands);
    build.at(step.origin);
    const operands = step.operands.map(isBackward ? late : (id) => valueIn(values, id));
    append(step, operands, values, () => true);
  }
  for (const { kind, name, value } of program.outputs) build.output(kind, name, valueIn(values, value));
  for (const { state, value } of program.updates) build.update(state, valueIn(values, value));
  return verified(build.finish(), "recomputation");
}

/** The places of the steps that these values need, in order. */
function missingSteps(
  { steps }: Program,
  ids: readonly number[],
  makers: ReadonlyMap<number, number>,
  isMissing: (id: number) => boolean,
): readonly number[] {
  const places = new Set<number>();
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const place = isMissing(id) ? makers.get(id) : undefined;
    if (place === undefined || places.has(place)) continue;
    places.add(place);
    waiting.push(...(steps[place]?.operands ?? []));
  }
  return [...places].sort((a, b) => a - b);
}

function apply<P extends PrimitiveName>(
  build: ProgramBuilder,
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  operands: readonly Value[],
): readonly Value[] {
  return build.apply(primitive, operands, attributes);
}

function typeOf({ values }: Program, id: number): TensorType {
  const type = values[id];
  if (type === undefined) throw new Error(`%${id} has no type`);
  return type;
}
