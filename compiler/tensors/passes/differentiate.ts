/**
 * Reverse-mode differentiation: appends the steps that compute gradients of a weighted sum of values.
 *
 *     %2 = multiply(%0, %1)                    %2 = multiply(%0, %1)
 *     gradients of %2, weighted by %3,    →    %4 = multiply(%3, %0)
 *     by %1
 */
import type { ProgramBuilder } from "../build.ts";
import type { PrimitiveName } from "../primitives/attributes.ts";
import { primitiveOf } from "../primitives/registry.ts";
import type { Step, StepOf } from "../program.ts";
import { sameShape, type Value } from "../value.ts";

/** A value of the sum, and the weights of its elements: of its shape. */
export interface Weighted {
  readonly value: Value;
  readonly weights: Value;
}

/**
 * @param by the values whose gradients are wanted
 * @returns the gradient by each of them that changes the sum, by its number
 */
export function differentiate(
  build: ProgramBuilder,
  sums: readonly Weighted[],
  by: readonly Value[],
): ReadonlyMap<number, Value> {
  const steps = [...build.steps];
  const wanted = new Set(by.map(({ id }) => id));
  // values that change smoothly with one of those wanted
  const depends = new Set(wanted);
  for (const { primitive, operands, results } of steps) {
    if (primitive === "stop_gradient" || !operands.some((id) => depends.has(id))) continue;
    for (const id of results) if (build.value(id).type === "float32") depends.add(id);
  }
  const gradients = new Map<number, Value>();
  const contribute = (id: number, gradient: Value) => {
    const known = gradients.get(id);
    gradients.set(id, known === undefined ? gradient : build.add(known, gradient));
  };
  for (const { value, weights } of sums) {
    if (!sameShape(value.shape, weights.shape)) throw new Error("a value and its weights differ in shape");
    if (depends.has(value.id)) contribute(value.id, weights);
  }
  for (const step of steps.toReversed()) {
    const upstream = step.results.map((id) => gradients.get(id));
    if (upstream.every((gradient) => gradient === undefined)) continue;
    if (!step.operands.some((id) => depends.has(id))) continue;
    build.at({ ...step.origin, part: "backward" });
    const rules = rulesOf(build, step, upstream);
    for (const [place, id] of step.operands.entries()) {
      const rule = rules[place];
      if (rule !== undefined && depends.has(id)) contribute(id, rule());
    }
    // no later step reads the results' gradients, unless they are wanted themselves
    for (const id of step.results) if (!wanted.has(id)) gradients.delete(id);
  }
  return new Map([...gradients].filter(([id]) => wanted.has(id)));
}

function rulesOf(build: ProgramBuilder, step: Step, upstream: readonly (Value | undefined)[]) {
  const values = (ids: readonly number[]) => ids.map((id) => build.value(id));
  return rules(step, { build, operands: values(step.operands), results: values(step.results), upstream });
}

function rules<P extends PrimitiveName>(
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  call: {
    readonly build: ProgramBuilder;
    readonly operands: readonly Value[];
    readonly results: readonly Value[];
    readonly upstream: readonly (Value | undefined)[];
  },
) {
  return primitiveOf(primitive).gradient({ ...call, attributes });
}
