/** Two size functions laid beside each other: one start and one period for both. */
import { Refusal } from "../diagnostics/problem.ts";
import { lcm } from "./integers.ts";
import type { SizeFunction } from "./size-function.ts";
import { sizeAt, sizeTable, tooLong } from "./size-table.ts";

/** From `start` on both functions repeat with `period`, rising by `rises`. */
export interface Aligned {
  readonly start: number;
  readonly period: number;
  readonly rises: readonly [first: number, second: number];
}

/** Whether two sizes depend on the same input size, or at most one of them on any. */
export function sameSymbol(
  first: { readonly symbol: string | undefined },
  second: { readonly symbol: string | undefined },
): boolean {
  return first.symbol === undefined || second.symbol === undefined || first.symbol === second.symbol;
}

/** Refused: tables longer than the limit. Throws when the symbols differ: a fault of the caller. */
export function align(first: SizeFunction, second: SizeFunction): Aligned | Refusal {
  if (!sameSymbol(first, second)) {
    throw new Error(`sizes in ${first.symbol} and ${second.symbol} cannot be compared`);
  }
  const start = Math.max(first.prefix.length, second.prefix.length);
  const period = lcm(first.cycle.length, second.cycle.length);
  const rises = [
    (first.rise * period) / first.cycle.length,
    (second.rise * period) / second.cycle.length,
  ] as const;
  return tooLong(start, period) ?? { start, period, rises };
}

/**
 * n ↦ value(first(n), second(n)), given that from `settled` on (at least the common start) the result repeats with the
 * common period and rises by `rise(riseOfFirst, riseOfSecond)`.
 */
export function combine(
  first: SizeFunction,
  second: SizeFunction,
  value: (first: number | undefined, second: number | undefined) => number | undefined,
  rise: (first: number, second: number) => number,
  settled = 0,
): SizeFunction | Refusal {
  const aligned = align(first, second);
  if (aligned instanceof Refusal) return aligned;
  const start = Math.max(aligned.start, settled);
  const refusal = tooLong(start, aligned.period);
  if (refusal !== undefined) return refusal;
  const at = (n: number): number | undefined => value(sizeAt(first, n), sizeAt(second, n));
  return sizeTable(
    first.symbol ?? second.symbol,
    Array.from({ length: start }, (_, n) => at(n)),
    Array.from({ length: aligned.period }, (_, place) => at(start + place)),
    rise(...aligned.rises),
  );
}
