/** An exact fraction as it is written in JSON and tables. */
import type { Rational } from "./rational.ts";

/** A whole number, or a fraction as "1/2". */
export type Exact = number | string;

/** A whole number stays one; a half is "1/2". */
export function exact({ numerator, denominator }: Rational): Exact {
  return denominator === 1 ? numerator : `${numerator}/${denominator}`;
}
