/** Formulas of one line or one rounded line through given points. */

import type { Notation } from "./format-set.ts";
import { ceilDivide, divisors, floorDivide, gcd, modulo } from "./integers.ts";
import type { Point } from "./size-table.ts";

/** factor·round((rise·n + inner) / run) + outer, in lowest terms; "exact": the division leaves no remainder. */
export interface RoundingForm {
  readonly factor: number;
  readonly rounding: "exact" | "floor" | "ceil";
  readonly rise: number;
  readonly run: number;
  readonly inner: number;
  readonly outer: number;
}

/**
 * The simplest such form through all the points and their like `run` sizes on, where each is larger by `rise`;
 * `undefined` when there is none. Run is positive; the fraction need not be in lowest terms.
 * A line before a rounded one, no factor before a factor, no inner constant before one.
 */
export function fitForm(points: readonly Point[], rise: number, run: number): RoundingForm | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  const shared = points.reduce((divisor, { cells }) => gcd(divisor, cells - first.cells), rise);
  for (const factor of shared === 0 ? [1] : divisors(Math.abs(shared))) {
    const rest = modulo(first.cells, factor);
    const divisor = gcd(rise, run * factor);
    const slope = { rise: rise / divisor, run: (run * factor) / divisor };
    const form = fitRounded(
      points.map(({ n, cells }) => ({ n, cells: (cells - rest) / factor })),
      slope.rise,
      slope.run,
    );
    if (form === undefined) continue;
    return { ...form, factor, outer: form.outer * factor + rest };
  }
  return undefined;
}

/** Value of a form at an input size. */
export function valueAt({ factor, rounding, rise, run, inner, outer }: RoundingForm, n: number): number {
  const divide = rounding === "ceil" ? ceilDivide : floorDivide;
  return factor * divide(rise * n + inner, run) + outer;
}

function fitRounded(
  points: readonly Point[],
  rise: number,
  run: number,
): Omit<RoundingForm, "factor"> | undefined {
  // ⌊(rise·n + c) / run⌋ = cells at every point exactly for the c in lowest … highest.
  let lowest = Number.NEGATIVE_INFINITY;
  let highest = Number.POSITIVE_INFINITY;
  for (const { n, cells } of points) {
    const apart = run * cells - rise * n;
    lowest = Math.max(lowest, apart);
    highest = Math.min(highest, apart + run - 1);
  }
  if (lowest > highest) return undefined;
  const form = (rounding: RoundingForm["rounding"], inner: number, outer: number) =>
    ({ rounding, rise, run, inner, outer }) as const;
  if (lowest === highest - run + 1) {
    return modulo(lowest, run) === 0 ? form("exact", 0, lowest / run) : form("exact", lowest, 0);
  }
  const down = floorDivide(highest, run);
  const up = ceilDivide(lowest - run + 1, run); // ⌈x / run⌉ = ⌊(x + run − 1) / run⌋
  const floors = down * run >= lowest;
  const ceils = up * run + run - 1 <= highest;
  if (floors && (down === 0 || !ceils || up !== 0)) return form("floor", 0, down);
  if (ceils) return form("ceil", 0, up);
  const floorInner = nearestToZero(lowest, highest);
  const ceilInner = nearestToZero(lowest - run + 1, highest - run + 1);
  return Math.abs(ceilInner) < Math.abs(floorInner)
    ? form("ceil", ceilInner, 0)
    : form("floor", floorInner, 0);
}

function nearestToZero(lowest: number, highest: number): number {
  return Math.min(Math.max(0, lowest), highest);
}

/** "2*floor((H + 3)/4) - 1" */
export function formatForm(form: RoundingForm, symbol: string, { unicode }: Notation): string {
  const { factor, rounding, rise, run, inner, outer } = form;
  const times = unicode ? "·" : "*";
  const term = Math.abs(rise) === 1 ? symbol : `${Math.abs(rise)}${times}${symbol}`;
  const signed = rise < 0 ? `${unicode ? "−" : "-"}${term}` : term;
  if (rise === 0) return plus("", valueAt(form, 0), unicode);
  const sum = plus(signed, inner, unicode);
  const quotient = run === 1 ? sum : inner === 0 ? `${sum}/${run}` : `(${sum})/${run}`;
  const rounded = rounding === "exact" ? quotient : round(rounding, quotient, unicode);
  const product = factor === 1 ? rounded : `${factor}${times}${rounded}`; // a line has factor 1
  return plus(product, outer, unicode);
}

function round(rounding: "floor" | "ceil", text: string, unicode: boolean): string {
  if (!unicode) return `${rounding}(${text})`;
  return rounding === "floor" ? `⌊${text}⌋` : `⌈${text}⌉`;
}

function plus(text: string, constant: number, unicode: boolean): string {
  const minus = unicode ? "−" : "-";
  if (text === "") return constant < 0 ? `${minus}${-constant}` : `${constant}`;
  if (constant === 0) return text;
  return constant < 0 ? `${text} ${minus} ${-constant}` : `${text} + ${constant}`;
}
