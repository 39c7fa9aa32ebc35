/** Exact fractions of any size, for the executor alone: it shares no arithmetic with what it judges. */
export interface Fraction {
  readonly over: bigint;
  /** Positive, and without a common divisor with `over`. */
  readonly under: bigint;
}

export function fraction(over: number | bigint, under: number | bigint = 1): Fraction {
  let [a, b] = [BigInt(over), BigInt(under)];
  if (b === 1n) return { over: a, under: b };
  if (b === 0n) throw new Error("a fraction under zero");
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = (a < 0n ? -a : a) * (BigInt(under) < 0n ? -1n : 1n);
  return { over: BigInt(over) / divisor, under: BigInt(under) / divisor };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.over * b.over, a.under * b.under);
}

export function same(a: Fraction, b: Fraction): boolean {
  return a.over === b.over && a.under === b.under;
}

/** "8" or "1/2". */
export function fractionText({ over, under }: Fraction): string {
  return under === 1n ? `${over}` : `${over}/${under}`;
}
