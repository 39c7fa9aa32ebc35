/**
 * One walk over a program that makes it smaller and changes no value but by rounding: constants are folded, equal steps become one, steps that change
 * nothing go, and what nothing reads is removed.
 *
 *     %1 = constant() … values=[2]          %1 = constant() … values=[4]
 *     %2 = multiply(%1, %1)                 %2 = multiply(%0, %1)
 *     %3 = multiply(%0, %2)          →      %3 = add(%2, %2)
 *     %4 = multiply(%0, %2)                 output map "y" %3
 *     %5 = add(%3, %4)
 *     output map "y" %5
 */
import type { Program } from "../../program.ts";
import type { Value } from "../../value.ts";
import { verified } from "../../verify.ts";
import { applyStep, copyEnds, copyOf, setResults, valueIn } from "../copy.ts";
import { removeDead } from "./remove-dead.ts";
import { Simplifier } from "./simplifier.ts";

/** The result is verified, whatever was given. */
export function simplified(program: Program): Program {
  const given = removeDead(program);
  const { build, values } = copyOf(given);
  const known = (id: number): Value => valueIn(values, id);
  const simplifier = new Simplifier(build);
  for (const step of given.steps) {
    build.at(step.origin);
    setResults(values, step, applyStep(simplifier, step, step.operands.map(known)));
  }
  copyEnds(given, build, known);
  return verified(removeDead(build.finish()), "simplification");
}
