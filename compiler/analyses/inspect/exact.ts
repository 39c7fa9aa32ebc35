/** An exact fraction as it is written in JSON and tables. */
import type { Rational } from "../../geometry/rational.ts";
import type { Exact } from "./inspection.ts";

/** A whole number stays one; a half is "1/2". */
export function exact({ numerator, denominator }: Rational): Exact {
  return denominator === 1 ? numerator : `${numerator}/${denominator}`;
}
