/** Which steps of single elements are computed inside the loops that read them, instead of being stored. */
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import { elementCount, sameShape } from "../../../../compiler/tensors/value.ts";
import { isPointwise, pointwiseFunctions } from "../pointwise/functions.ts";

/** Loops that compute a step again at the most. */
const mostReaders = 4;

/** Steps inside each other at the most. */
const deepest = 24;

/** Steps within which operands may be kept for a step that is computed later. */
const near = 12;

/**
 * @param isElsewhere whether something other than a loop computes the step at this place
 * @returns the places of the steps that are computed inside other loops
 */
export function inlinedSteps(
  { values, steps, outputs, updates }: Program,
  isElsewhere: (place: number) => boolean,
): ReadonlySet<number> {
  const readers = values.map((): number[] => []);
  for (const [place, { operands }] of steps.entries())
    for (const id of new Set(operands)) readers[id]?.push(place);
  const given = new Set([...outputs, ...updates].map(({ value }) => value));
  const inlined = new Set<number>();
  /** The steps whose loops compute a step that is inlined. */
  const loops = new Map<number, readonly number[]>();
  const depths = new Map<number, number>();
  for (const place of [...steps.keys()].toReversed()) {
    const step = steps[place];
    if (step === undefined || !isPointwise(step) || isElsewhere(place)) continue;
    const [result = -1] = step.results;
    const shape = values[result]?.shape ?? [];
    const reading = readers[result] ?? [];
    if (given.has(result) || reading.length === 0) continue;
    const fits = reading.every((reader) => {
      const by = steps[reader];
      return (
        by !== undefined && isLooped(by) && !isElsewhere(reader) && sameCount(loopShape(by, values), shape)
      );
    });
    if (!fits) continue;
    const found = [...new Set(reading.flatMap((reader) => loops.get(reader) ?? [reader]))];
    const depth = 1 + Math.max(...reading.map((reader) => depths.get(reader) ?? 0));
    const repeats = found.length > 1;
    if (depth > deepest || found.length > mostReaders) continue;
    if (repeats && pointwiseFunctions[step.primitive].slow === true) continue;
    const until = Math.max(...found);
    const kept = [...new Set(step.operands)].filter((id) => {
      const large = elementCount(values[id]?.shape ?? []) * 2 > elementCount(shape);
      return large && Math.max(-1, ...(readers[id] ?? []).filter((reader) => reader !== place)) < until;
    });
    if (kept.length > 1 && until - place > near) continue;
    inlined.add(place);
    loops.set(place, found);
    depths.set(place, depth);
  }
  return inlined;
}

/** Whether a loop computes it. */
export function isLooped(step: Step): boolean {
  return isPointwise(step) || step.primitive === "sum" || step.primitive === "max";
}

/** The shape of what a loop walks. */
function loopShape({ operands, results, primitive }: Step, values: Program["values"]): readonly number[] {
  const [id] = primitive === "sum" || primitive === "max" ? operands : results;
  return values[id ?? -1]?.shape ?? [];
}

function sameCount(loop: readonly number[], shape: readonly number[]): boolean {
  return sameShape(loop, shape) || elementCount(shape) === 1;
}
