/** The size after an operation: its size rule applied to a size function, exactly. */
import type { Refusal } from "../diagnostics/problem.ts";
import { ceilDivide, gcd } from "./integers.ts";
import type { SizeFunction, SizeStep } from "./size-function.ts";
import { sizeAt, sizeTable, tooLong } from "./size-table.ts";

/**
 * n ↦ step(size(n)). The prefix is extended until every later value is at least `step.from`; the period grows until the
 * rise over it is a multiple of `step.divisor`.
 * Refused: tables longer than the limit. Throws when `size` falls, which no size of a feature map does: an error of the caller.
 */
export function applyStep(size: SizeFunction, step: SizeStep): SizeFunction | Refusal {
  if (size.rise < 0) throw new Error("a size rule applies to sizes, which never fall as the input grows");
  const period = size.cycle.length;
  if (size.rise === 0) {
    const map = (cells: number | undefined): number | undefined =>
      cells === undefined ? undefined : step.value(cells);
    return sizeTable(size.symbol, size.prefix.map(map), size.cycle.map(map), 0);
  }
  const least = size.cycle.reduce<number>(
    (found, cells) => Math.min(found, cells ?? found),
    Number.MAX_SAFE_INTEGER,
  );
  const turns = Math.max(0, ceilDivide(step.from - least, size.rise));
  const times = step.divisor / gcd(size.rise, step.divisor);
  const start = size.prefix.length + turns * period;
  const refusal = tooLong(start, times * period);
  if (refusal !== undefined) return refusal;
  const at = (n: number): number | undefined => {
    const cells = sizeAt(size, n);
    return cells === undefined ? undefined : step.value(cells);
  };
  const prefix = Array.from({ length: start }, (_, n) => at(n));
  const cycle = Array.from({ length: times * period }, (_, place) => at(start + place));
  return sizeTable(size.symbol, prefix, cycle, ((times * size.rise) / step.divisor) * step.rise);
}
