/** Whether two sizes have one ratio at every input size. */
import { Refusal } from "../diagnostics/problem.ts";
import { gcd } from "./integers.ts";
import { align, sameSymbol } from "./pointwise.ts";
import type { SizeFunction } from "./size-function.ts";
import { sizeAt } from "./size-table.ts";

/**
 * (first + shift) : (second + shift) in lowest terms, where that is the same wherever both sizes exist and both terms
 * are positive; `undefined` otherwise, and where the common table would be too long to look. Sizes at which both terms are
 * zero are in every ratio.
 */
export function constantRatio(
  first: SizeFunction,
  second: SizeFunction,
  shift = 0,
): readonly [first: number, second: number] | undefined {
  if (!sameSymbol(first, second)) return undefined;
  const aligned = align(first, second);
  if (aligned instanceof Refusal) return undefined;
  let ratio: readonly [number, number] | undefined;
  // Two cycles: both sizes are linear from one to the next, so one ratio at two places of a line is its ratio everywhere.
  for (let n = 0; n < aligned.start + 2 * aligned.period; n += 1) {
    const a = sizeAt(first, n);
    const b = sizeAt(second, n);
    if (a === undefined || b === undefined) continue;
    if (a + shift === 0 && b + shift === 0) continue;
    if (a + shift <= 0 || b + shift <= 0) return undefined;
    const divisor = gcd(a + shift, b + shift);
    const here = [(a + shift) / divisor, (b + shift) / divisor] as const;
    if (ratio !== undefined && (here[0] !== ratio[0] || here[1] !== ratio[1])) return undefined;
    ratio = here;
  }
  return ratio;
}
