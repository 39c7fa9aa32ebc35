/** A set of sizes in words: "H ≥ 188 with H mod 16 = 12". */
import { describeSet } from "./describe-set.ts";
import type { SizeSet } from "./size-function.ts";

export interface Notation {
  /** Mathematical signs (≥ − · ⌈⌉), or ASCII only. */
  readonly unicode: boolean;
  /** Said after the number of cases of a formula that is too long to write out: where the table of all is. */
  readonly rest?: string;
}

export function formatSet(set: SizeSet, notation: Notation): string {
  const symbol = set.symbol ?? "size";
  const { period, residues, from, also } = describeSet(set);
  const parts: string[] = [];
  if (also.length > 0) parts.push(`${symbol} = ${runs(also)}`);
  if (period !== null) parts.push(rule(symbol, period, residues, from, notation));
  if (parts.length === 0) return set.symbol === undefined ? "no size" : `no ${symbol}`;
  return parts.join(", or ");
}

function rule(
  symbol: string,
  period: number,
  residues: readonly number[],
  from: number,
  { unicode }: Notation,
): string {
  const smallest = residues.find((residue) => residue > 0) ?? period;
  const bound = from > smallest ? `${symbol} ${unicode ? "≥" : ">="} ${from}` : undefined;
  if (period === 1) return bound === undefined ? `every ${symbol}` : `every ${bound}`;
  const remainder =
    residues.length === period - 1 && period > 2
      ? `${symbol} mod ${period} ${unicode ? "≠" : "!="} ${missingOf(period, residues)}`
      : `${symbol} mod ${period} = ${runs(residues)}`;
  return bound === undefined ? remainder : `${bound} with ${remainder}`;
}

/** The one remainder that is not among them. */
function missingOf(period: number, residues: readonly number[]): number {
  return residues.reduce((missing, residue) => missing - residue, (period * (period - 1)) / 2);
}

/** More stretches are not written out. */
const mostStretches = 12;

/** "1, 2 or 7" of ascending numbers; three and more in a row become "1 to 4", and very many end in "and 20 more". */
export function runs(numbers: readonly number[]): string {
  const stretches: [first: number, last: number][] = [];
  for (const number of numbers) {
    const open = stretches.at(-1);
    if (open !== undefined && open[1] === number - 1) open[1] = number;
    else stretches.push([number, number]);
  }
  const texts = stretches.flatMap(([first, last]) => {
    if (last - first > 1) return [`${first} to ${last}`];
    return first === last ? [`${first}`] : [`${first}`, `${last}`];
  });
  if (texts.length > mostStretches) {
    return `${texts.slice(0, mostStretches).join(", ")} and ${texts.length - mostStretches} more`;
  }
  const end = texts.pop() ?? "";
  return texts.length === 0 ? end : `${texts.join(", ")} or ${end}`;
}
