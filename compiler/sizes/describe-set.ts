/** A set of sizes in the terms of `inspect --json`: a period, remainders, a size it holds from, and single sizes. */
import type { SizeSet } from "./size-function.ts";
import { contains } from "./size-set.ts";

/**
 * Sizes ≥ `from` whose remainder by `period` is in `residues`, and the single sizes in `also`, which are below `from`.
 * `period` is the smallest, `from` the smallest accepted size from which the rule holds without exception.
 * With no more than single sizes, `period` is null, `residues` is empty and `from` is 0.
 */
export interface SetDescription {
  readonly period: number | null;
  readonly residues: readonly number[];
  readonly from: number;
  readonly also: readonly number[];
}

export function describeSet(set: SizeSet): SetDescription {
  const start = set.prefix.length;
  const period = set.cycle.length;
  const singles = (below: number): readonly number[] =>
    Array.from({ length: Math.max(0, below) }, (_, n) => n).filter((n) => n > 0 && contains(set, n));
  if (!set.cycle.some((member) => member))
    return { period: null, residues: [], from: 0, also: singles(start) };
  const residues = set.cycle
    .flatMap((member, place) => (member ? [(start + place) % period] : []))
    .sort((a, b) => a - b);
  // A shortest prefix ends at a size that breaks the rule, so the rule holds from its end and no earlier.
  let from = Math.max(1, start);
  while (!contains(set, from)) from += 1;
  return { period, residues, from, also: singles(from) };
}
