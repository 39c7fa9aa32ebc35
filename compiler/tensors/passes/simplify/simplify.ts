/**
 * One walk over a program that makes it smaller and changes no value: constants are folded, equal steps become one, steps that change
 * nothing go, and what nothing reads is removed.
 *
 *     %1 = constant() … values=[2]          %1 = constant() … values=[4]
 *     %2 = multiply(%1, %1)                 %2 = multiply(%0, %1)
 *     %3 = multiply(%0, %2)          →      %3 = add(%2, %2)
 *     %4 = multiply(%0, %2)                 output map "y" %3
 *     %5 = add(%3, %4)
 *     output map "y" %5
 */
import { ProgramBuilder } from "../../build.ts";
import type { PrimitiveName } from "../../primitives/attributes.ts";
import type { Program, StepOf } from "../../program.ts";
import type { Value } from "../../value.ts";
import { verified } from "../../verify.ts";
import { removeDead } from "./remove-dead.ts";
import { Simplifier } from "./simplifier.ts";

export function simplified(program: Program): Program {
  const given = removeDead(program);
  const build = new ProgramBuilder(given.name);
  const values = new Map<number, Value>();
  for (const { kind, name, value } of given.feeds)
    values.set(value, build.feed(kind, name, typeOf(given, value)));
  for (const { kind, name, value } of given.state)
    values.set(value, build.state(kind, name, typeOf(given, value)));
  const known = (id: number): Value => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`%${id} is read before it is computed`);
    return value;
  };
  const simplifier = new Simplifier(build);
  for (const step of given.steps) {
    build.at(step.origin);
    const results = apply(simplifier, step, step.operands.map(known));
    for (const [i, id] of step.results.entries()) {
      const result = results[i];
      if (result !== undefined) values.set(id, result);
    }
  }
  for (const { kind, name, value } of given.outputs) build.output(kind, name, known(value));
  for (const { state, value } of given.updates) build.update(state, known(value));
  return verified(removeDead(build.finish()), "simplification");
}

function apply<P extends PrimitiveName>(
  simplifier: Simplifier,
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  operands: readonly Value[],
): readonly Value[] {
  return simplifier.apply(primitive, operands, attributes);
}

function typeOf({ values }: Program, id: number) {
  const type = values[id];
  if (type === undefined) throw new Error(`%${id} has no type`);
  return type;
}
