/** The one form in which a size function is stored: the shortest prefix, then the shortest cycle. */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { divisors, floorDivide, modulo } from "./integers.ts";
import type { SizeFunction } from "./size-function.ts";

/** No prefix and no cycle is longer; what would be is refused, not computed. */
export const longestTable = 65_536;

type Entry = number | undefined;

/** Why a table of these lengths is not made; `undefined` when it may be. */
export function tooLong(prefixLength: number, period: number): Refusal | undefined {
  if (prefixLength <= longestTable && period <= longestTable) return undefined;
  return refuse("sizes/too-irregular", { what: "this map", limit: longestTable });
}

/**
 * The function with these values in its one form, so that equal functions have equal fields.
 * Refused: lengths above `longestTable`; values beyond 2^53, which are not exact.
 */
export function sizeTable(
  symbol: string | undefined,
  prefix: readonly Entry[],
  cycle: readonly Entry[],
  rise: number,
): SizeFunction | Refusal {
  const refusal = tooLong(prefix.length, cycle.length);
  if (refusal !== undefined) return refusal;
  const exact = (entry: Entry): boolean => entry === undefined || Number.isSafeInteger(entry + rise);
  if (!Number.isSafeInteger(rise) || !prefix.every(exact) || !cycle.every(exact)) {
    return refuse("operations/size-too-large", { limit: "2^53" });
  }
  return shortest(symbol, prefix, cycle, rise);
}

/** As sizeTable, for tables already known to be within its limits. */
export function shortest(
  symbol: string | undefined,
  prefix: readonly Entry[],
  cycle: readonly Entry[],
  rise: number,
): SizeFunction {
  return shortestPrefix(symbol, prefix, ...shortestCycle(cycle, rise));
}

/** The value at an input size n ≥ 0: the extent, or `undefined` where the feature map does not exist. */
export function sizeAt(size: SizeFunction, n: number): number | undefined {
  if (n < size.prefix.length) return size.prefix[n];
  return inCycle(size.cycle, size.rise, n - size.prefix.length);
}

/** Values `from` … `to` − 1. */
export function valuesOf(size: SizeFunction, from: number, to: number): readonly Entry[] {
  return Array.from({ length: to - from }, (_, index) => sizeAt(size, from + index));
}

/** Size `cells` at input size n. */
export interface Point {
  readonly n: number;
  readonly cells: number;
}

/** Of the input sizes `from` … `to` − 1, those at which the feature map exists. */
export function pointsOf(size: SizeFunction, from: number, to: number): readonly Point[] {
  return valuesOf(size, from, to).flatMap((cells, place) =>
    cells === undefined ? [] : [{ n: from + place, cells }],
  );
}

/** The cycle continued to any place, before its start too. */
function inCycle(cycle: readonly Entry[], rise: number, place: number): Entry {
  const entry = cycle[modulo(place, cycle.length)];
  return entry === undefined ? undefined : entry + rise * floorDivide(place, cycle.length);
}

function shortestCycle(cycle: readonly Entry[], rise: number): [cycle: readonly Entry[], rise: number] {
  if (cycle.every((entry) => entry === undefined)) return [[undefined], 0];
  for (const period of divisors(cycle.length)) {
    const shorterRise = (rise * period) / cycle.length;
    if (!Number.isInteger(shorterRise)) continue;
    const repeats = cycle.every((entry, place) => {
      const next = cycle[place + period];
      if (place + period >= cycle.length) return true;
      return entry === undefined ? next === undefined : next === entry + shorterRise;
    });
    if (repeats) return [cycle.slice(0, period), shorterRise];
  }
  return [cycle, rise];
}

function shortestPrefix(
  symbol: string | undefined,
  prefix: readonly Entry[],
  cycle: readonly Entry[],
  rise: number,
): SizeFunction {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === inCycle(cycle, rise, length - 1 - prefix.length)) length -= 1;
  const turned = cycle.map((_, place) => inCycle(cycle, rise, place + length - prefix.length));
  return { symbol, prefix: prefix.slice(0, length), cycle: turned, rise };
}
