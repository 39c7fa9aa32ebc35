/** A set of sizes in words: "H ≥ 188 with H mod 16 = 12". */
import { describeSet } from "./describe-set.ts";
import type { SizeSet } from "./size-function.ts";

export interface Notation {
  /** Mathematical signs (≥ − · ⌈⌉), or ASCII only. */
  readonly unicode: boolean;
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
  const smallest = Math.min(...residues.map((residue) => (residue === 0 ? period : residue)));
  const bound = from > smallest ? `${symbol} ${unicode ? "≥" : ">="} ${from}` : undefined;
  if (period === 1) return bound === undefined ? `every ${symbol}` : `every ${bound}`;
  const missing = Array.from({ length: period }, (_, n) => n).filter((n) => !residues.includes(n));
  const remainder =
    missing.length === 1 && period > 2
      ? `${symbol} mod ${period} ${unicode ? "≠" : "!="} ${missing[0]}`
      : `${symbol} mod ${period} = ${runs(residues)}`;
  return bound === undefined ? remainder : `${bound} with ${remainder}`;
}

/** "1, 2 or 7"; three and more in a row become "1 to 4". */
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
  const end = texts.pop() ?? "";
  return texts.length === 0 ? end : `${texts.join(", ")} or ${end}`;
}
