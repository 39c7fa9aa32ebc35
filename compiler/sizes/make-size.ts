/** The sizes a network begins with: a number, or a linear function of an input size. */
import type { Refusal } from "../diagnostics/problem.ts";
import { ceilDivide } from "./integers.ts";
import type { SizeFunction } from "./size-function.ts";
import { sizeTable, tooLong } from "./size-table.ts";

/** Always `cells`; below 1 the feature map does not exist. */
export function constantSize(cells: number): SizeFunction {
  return { symbol: undefined, prefix: [], cycle: [cells >= 1 ? cells : undefined], rise: 0 };
}

/**
 * scale·symbol + shift where that is at least 1, for a whole scale ≥ 0 and a whole shift.
 * Refused: a shift so far below zero that the sizes before the first position cannot be tabulated.
 */
export function linearSize(symbol: string, scale: number, shift: number): SizeFunction | Refusal {
  if (scale === 0) return { ...constantSize(shift), symbol };
  const first = Math.max(0, ceilDivide(1 - shift, scale));
  const refusal = tooLong(first, 1);
  if (refusal !== undefined) return refusal;
  return sizeTable(symbol, new Array<undefined>(first).fill(undefined), [scale * first + shift], scale);
}
