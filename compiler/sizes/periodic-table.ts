/** A size function in the terms of `--json`: a rate, one constant for each remainder, and single sizes below. */
import { Refusal } from "../diagnostics/problem.ts";
import { divisors, gcd, modulo } from "./integers.ts";
import type { SizeFunction, SizeSet } from "./size-function.ts";
import { restrict } from "./size-set.ts";
import { type Point, pointsOf } from "./size-table.ts";

/**
 * At every accepted input size n ≥ `from` the size is ⌊numerator·n / denominator⌋ + constants[n mod period], all exact
 * integers. `exceptions` lists every accepted size below `from`. At sizes that are not accepted it says nothing.
 */
export interface PeriodicTable {
  /** The input size n that it depends on ("H"); `null`: a constant. */
  readonly symbol: string | null;
  readonly from: number;
  readonly period: number;
  /** In lowest terms. */
  readonly rate: { readonly numerator: number; readonly denominator: number };
  /** By remainder, `period` of them; `null`: no accepted size ≥ `from` has this remainder. */
  readonly constants: readonly (number | null)[];
  readonly exceptions: readonly { readonly at: number; readonly size: number }[];
}

/** Of the shortest period that says it on `domain`. */
export function periodicTable(size: SizeFunction, domain: SizeSet): PeriodicTable {
  const restricted = restrict(size, domain);
  // What is too irregular to be restricted is given wherever the feature map exists, of which the domain is a part.
  const given = restricted instanceof Refusal ? size : restricted;
  const start = given.prefix.length;
  const small = pointsOf(given, 0, start);
  const large = pointsOf(given, start, start + given.cycle.length);
  const rate = lowestTerms(given.rise, given.cycle.length);
  const constants = shortestConstants(large, rate, given.cycle.length);
  const follows = ({ n, cells }: Point): boolean =>
    constants[n % constants.length] === cells - scaled(n, rate);
  const apart = small.findLastIndex((point) => !follows(point));
  const exceptions = small.slice(0, apart + 1);
  const first = small[apart + 1] ?? large[0];
  return {
    symbol: given.symbol ?? null,
    from: first?.n ?? start,
    period: constants.length,
    rate,
    constants,
    exceptions: exceptions.map(({ n, cells }) => ({ at: n, size: cells })),
  };
}

function lowestTerms(rise: number, period: number): PeriodicTable["rate"] {
  const shared = gcd(rise, period);
  return { numerator: rise / shared, denominator: period / shared };
}

/** ⌊numerator·n / denominator⌋, whose product may pass 2^53 where the quotient does not. */
function scaled(n: number, { numerator, denominator }: PeriodicTable["rate"]): number {
  const product = numerator * n;
  if (Number.isSafeInteger(product)) return (product - modulo(product, denominator)) / denominator;
  const exact = BigInt(numerator) * BigInt(n);
  const divisor = BigInt(denominator);
  const remainder = ((exact % divisor) + divisor) % divisor;
  return Number((exact - remainder) / divisor);
}

function shortestConstants(
  points: readonly Point[],
  rate: PeriodicTable["rate"],
  period: number,
): readonly (number | null)[] {
  const found = points.map(({ n, cells }) => ({ n, constant: cells - scaled(n, rate) }));
  for (const divisor of divisors(period)) {
    const constants = new Array<number | null>(divisor).fill(null);
    const agree = found.every(({ n, constant }) => {
      const known = constants[n % divisor] ?? constant;
      constants[n % divisor] = constant;
      return known === constant;
    });
    if (agree) return constants;
  }
  throw new Error("a size function does not repeat with its own period");
}
