/** A size function as a formula of its input size: "H - 184", "ceil(H/2)". */
import { Refusal } from "../diagnostics/problem.ts";
import { type Notation, runs } from "./format-set.ts";
import { fitForm, formatForm, type RoundingForm, valueAt } from "./rounding-form.ts";
import type { SizeFunction, SizeSet } from "./size-function.ts";
import { restrict } from "./size-set.ts";
import { type Point, pointsOf } from "./size-table.ts";

/** More cases are not written out; "…" replaces the others, and their number follows. */
const mostCases = 12;

/** A form and the remainders by `modulus` at which it holds. */
interface Piece {
  readonly form: RoundingForm;
  readonly modulus: number;
  readonly residues: ReadonlySet<number>;
}

/**
 * The formula on the sizes of `domain`: a line or one rounded line where that fits them all, otherwise by cases: first
 * small sizes that follow no rule, then one rule, or one for each remainder. "none" where the feature map exists at no size.
 */
export function formula(size: SizeFunction, domain: SizeSet, notation: Notation): string {
  const symbol = size.symbol ?? domain.symbol ?? "size";
  const restricted = restrict(size, domain);
  if (restricted instanceof Refusal) return `too irregular in ${symbol} to write`;
  const start = restricted.prefix.length;
  const small = pointsOf(restricted, 0, start);
  const large = pointsOf(restricted, start, start + restricted.cycle.length);
  const pieces = large.length === 0 ? lineThrough(small) : rulesOf(restricted, small, large);
  const apart = small.filter((point) => !pieces.some((piece) => holdsAt(piece, point)));
  const cases = [
    ...singleCases(apart, symbol),
    ...pieces.map((piece) => formatPiece(piece, pieces.length > 1, apart.length > 0, symbol, notation)),
  ];
  if (cases.length === 0) return "none";
  if (cases.length <= mostCases) return cases.join("; ");
  const more = `${notation.unicode ? "…" : "..."} (${cases.length} cases${notation.rest ?? ""})`;
  return [...cases.slice(0, mostCases), more].join("; ");
}

/** One form through the cycle and as much of the prefix's end as it reaches; else a line for each remainder. */
function rulesOf(size: SizeFunction, small: readonly Point[], large: readonly Point[]): readonly Piece[] {
  const period = size.cycle.length;
  const { rise } = size;
  const through = (left: number): RoundingForm | undefined =>
    fitForm([...small.slice(left), ...large], rise, period);
  if (through(small.length) !== undefined) {
    // What fits from some size on fits from any later one: the earliest is found by halving.
    let fails = -1;
    let fits = small.length;
    while (fits - fails > 1) {
      const middle = Math.floor((fails + fits) / 2);
      if (through(middle) === undefined) fails = middle;
      else fits = middle;
    }
    const form = through(fits);
    return form === undefined ? [] : [{ form, modulus: 1, residues: new Set([0]) }];
  }
  const lines = new Map<number, Point[]>();
  for (const point of large) {
    const line = period * point.cells - rise * point.n;
    const members = lines.get(line);
    if (members === undefined) lines.set(line, [point]);
    else members.push(point);
  }
  const ordered = [...lines.values()].sort(
    (a, b) => smallestRemainder(a, period) - smallestRemainder(b, period),
  );
  return ordered.flatMap((points) => {
    const form = fitForm(points, rise, period);
    const residues = new Set(points.map(({ n }) => n % period));
    return form === undefined ? [] : [{ form, modulus: period, residues }];
  });
}

function smallestRemainder(points: readonly Point[], period: number): number {
  return points.reduce((least, { n }) => Math.min(least, n % period), period);
}

/** The line through finitely many points, if it is one. */
function lineThrough(points: readonly Point[]): readonly Piece[] {
  const [first, second] = points;
  if (first === undefined) return [];
  const rise = second === undefined ? 0 : second.cells - first.cells;
  const run = second === undefined ? 1 : second.n - first.n;
  const form = fitForm(points, rise, run);
  return form?.rounding === "exact" ? [{ form, modulus: 1, residues: new Set([0]) }] : [];
}

function holdsAt({ form, modulus, residues }: Piece, { n, cells }: Point): boolean {
  return residues.has(n % modulus) && valueAt(form, n) === cells;
}

/** "1 if H = 2 to 5" */
function singleCases(points: readonly Point[], symbol: string): readonly string[] {
  const places = new Map<number, number[]>();
  for (const { n, cells } of points) {
    const sizes = places.get(cells);
    if (sizes === undefined) places.set(cells, [n]);
    else sizes.push(n);
  }
  return [...places].map(([cells, sizes]) => `${cells} if ${symbol} = ${runs(sizes)}`);
}

function formatPiece(
  { form, modulus, residues }: Piece,
  several: boolean,
  exceptions: boolean,
  symbol: string,
  notation: Notation,
): string {
  const text = formatForm(form, symbol, notation);
  if (several || modulus > 1)
    return `${text} if ${symbol} mod ${modulus} = ${runs([...residues].sort((a, b) => a - b))}`;
  return exceptions ? `${text} otherwise` : text;
}
