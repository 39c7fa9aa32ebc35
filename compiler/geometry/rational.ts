/**
 * Exact fractions. A result whose parts exceed 2^53 is `inexact`, and so is whatever is computed from it: the caller
 * asks `isExact` once, at the end.
 */
import { floorDivide, gcd } from "../sizes/integers.ts";

/** An exact fraction in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

const inexact: Rational = { numerator: Number.NaN, denominator: 1 };

/** numerator / denominator of whole numbers. A zero denominator gives the inexact fraction. */
export function rational(numerator: number, denominator = 1): Rational {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0)
    return inexact;
  const divisor = gcd(numerator, denominator) * Math.sign(denominator);
  return { numerator: numerator / divisor + 0, denominator: denominator / divisor };
}

export function isExact(value: Rational): boolean {
  return !Number.isNaN(value.numerator);
}

export function add(first: Rational, second: Rational): Rational {
  const shared = gcd(first.denominator, second.denominator);
  const left = first.numerator * (second.denominator / shared);
  const right = second.numerator * (first.denominator / shared);
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return inexact;
  return rational(left + right, first.denominator * (second.denominator / shared));
}

export function negate(value: Rational): Rational {
  return { numerator: 0 - value.numerator, denominator: value.denominator };
}

export function subtract(first: Rational, second: Rational): Rational {
  return add(first, negate(second));
}

export function multiply(first: Rational, second: Rational): Rational {
  if (!isExact(first) || !isExact(second)) return inexact;
  // Reduced crosswise before multiplying, so that only what the result needs can overflow.
  const a = rational(first.numerator, second.denominator);
  const b = rational(second.numerator, first.denominator);
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Inexact when the divisor is zero. */
export function divide(first: Rational, second: Rational): Rational {
  return multiply(first, rational(second.denominator, second.numerator));
}

export function equals(first: Rational, second: Rational): boolean {
  return first.numerator === second.numerator && first.denominator === second.denominator;
}

export function isWhole(value: Rational): boolean {
  return isExact(value) && value.denominator === 1;
}

/** The largest whole number ≤ value. */
export function floor(value: Rational): number {
  return floorDivide(value.numerator, value.denominator);
}

/** "8" or "1/2". */
export function formatRational(value: Rational): string {
  return value.denominator === 1 ? `${value.numerator}` : `${value.numerator}/${value.denominator}`;
}
