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
import type { Program } from "../../program.ts";
import type { Value } from "../../value.ts";
import { verified } from "../../verify.ts";
import { applyStep, copyEnds, copyOf, setResults, valueIn } from "../copy.ts";

/** @param dropped values that neither outputs nor updates are */
export function recomputed(program: Program, dropped: ReadonlySet<number>): Program {
  if (dropped.size === 0) return program;
  const { build, values } = copyOf(program);
  const makers = new Map(
    program.steps.flatMap(({ results }, place) => results.map((id) => [id, place] as const)),
  );
  const again = new Map<number, Value>();
  /** The value as the backward pass has it. */
  const late = (id: number): Value => valueIn(dropped.has(id) ? again : values, id);
  const repeat = (ids: readonly number[]) => {
    for (const place of missingSteps(program, ids, makers, (id) => dropped.has(id) && !again.has(id))) {
      const step = program.steps[place];
      if (step === undefined) continue;
      build.at({ ...step.origin, part: "recomputation" });
      setResults(again, step, applyStep(build, step, step.operands.map(late)));
    }
  };
  for (const step of program.steps) {
    const isBackward = step.origin.part === "backward";
    if (isBackward) repeat(step.operands);
    build.at(step.origin);
    const operands = step.operands.map(isBackward ? late : (id) => valueIn(values, id));
    setResults(values, step, applyStep(build, step, operands));
  }
  copyEnds(program, build, (id) => valueIn(values, id));
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
