/** Where two sizes agree, and by how much they differ. */
import { Refusal } from "../diagnostics/problem.ts";
import { ceilDivide } from "./integers.ts";
import { align, combine } from "./pointwise.ts";
import type { SizeFunction } from "./size-function.ts";

/** first(n) − second(n), where both exist; may be negative. */
export function difference(first: SizeFunction, second: SizeFunction): SizeFunction | Refusal {
  const subtract = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a - b;
  return combine(first, second, subtract, (a, b) => a - b);
}

/**
 * first(n) where first(n) = second(n), `undefined` elsewhere: the size of a join that needs equal sizes.
 * Where the two rise at different rates, every residue has at most one crossing, and the prefix contains them all.
 */
export function meet(first: SizeFunction, second: SizeFunction): SizeFunction | Refusal {
  const aligned = align(first, second);
  if (aligned instanceof Refusal) return aligned;
  const apart = difference(first, second);
  if (apart instanceof Refusal) return apart;
  const equal = (a: number | undefined, b: number | undefined): number | undefined =>
    a === b ? a : undefined;
  if (apart.rise === 0) return combine(first, second, equal, (a) => a);
  const settled = apart.prefix.length + apart.cycle.length * turnsUntilPastZero(apart);
  return combine(first, second, equal, () => 0, settled);
}

/** How often the cycle repeats before no value of it is, or ever comes, at zero or on the side it rises from. */
export function turnsUntilPastZero(apart: SizeFunction): number {
  const direction = Math.sign(apart.rise);
  return apart.cycle.reduce<number>((turns, value) => {
    if (value === undefined || value * direction > 0) return turns;
    return Math.max(turns, ceilDivide(1 - value * direction, apart.rise * direction));
  }, 0);
}

/** The value, when the function has one and the same wherever it is defined; otherwise `undefined`. */
export function constantValue(size: SizeFunction): number | undefined {
  if (size.rise !== 0) return undefined;
  const values = new Set([...size.prefix, ...size.cycle]);
  values.delete(undefined);
  const [value, ...others] = values;
  return others.length === 0 ? value : undefined;
}
