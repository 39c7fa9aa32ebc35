/**
 * Sets of input sizes: where feature maps exist, where sizes agree, and what a network accepts. Size 0 is in none, save that of a
 * constant: it depends on no size, and its set contains all sizes or none.
 */
import { Refusal } from "../diagnostics/problem.ts";
import { difference, meet, turnsUntilPastZero } from "./meet.ts";
import { combine } from "./pointwise.ts";
import type { SizeFunction, SizeSet } from "./size-function.ts";
import { shortest, valuesOf } from "./size-table.ts";

/** Every size from 1 on. */
export function allSizes(symbol: string | undefined): SizeSet {
  return { symbol, prefix: symbol === undefined ? [] : [false], cycle: [true] };
}

/** The sizes at which the feature map exists. */
export function existsSet(size: SizeFunction): SizeSet {
  const least = size.symbol === undefined ? 0 : 1;
  const start = Math.max(least, size.prefix.length);
  const present = (cells: number | undefined): number | undefined => (cells === undefined ? undefined : 1);
  const prefix = [
    ...new Array<undefined>(least).fill(undefined),
    ...valuesOf(size, least, start).map(present),
  ];
  const cycle = valuesOf(size, start, start + size.cycle.length).map(present);
  const found = shortest(size.symbol, prefix, cycle, 0);
  const member = (entry: number | undefined): boolean => entry !== undefined;
  return { symbol: size.symbol, prefix: found.prefix.map(member), cycle: found.cycle.map(member) };
}

/** The sizes at which both exist and are equal. */
export function equalSet(first: SizeFunction, second: SizeFunction): SizeSet | Refusal {
  const met = meet(first, second);
  return met instanceof Refusal ? met : existsSet(met);
}

/** The sizes at which the value is `least` or more. */
export function atLeastSet(size: SizeFunction, least: number): SizeSet | Refusal {
  const bound = { symbol: size.symbol, prefix: [], cycle: [least], rise: 0 };
  const surplus = difference(size, bound);
  if (surplus instanceof Refusal) return surplus;
  const settled =
    surplus.rise === 0 ? 0 : surplus.prefix.length + surplus.cycle.length * turnsUntilPastZero(surplus);
  const reaches = (value: number | undefined): number | undefined =>
    value !== undefined && value >= 0 ? 1 : undefined;
  return fromIndicator(combine(surplus, surplus, reaches, () => 0, settled));
}

/** The sizes at which the value is an even number. */
export function evenSet(size: SizeFunction): SizeSet | Refusal {
  // Over two cycles the rise is even, so that evenness repeats.
  const twoTurns = {
    symbol: size.symbol,
    prefix: [],
    cycle: new Array<number>(2 * size.cycle.length).fill(0),
    rise: 0,
  };
  return fromIndicator(
    combine(
      size,
      twoTurns,
      (value) => (value !== undefined && value % 2 === 0 ? 1 : undefined),
      () => 0,
    ),
  );
}

export function intersect(first: SizeSet, second: SizeSet): SizeSet | Refusal {
  return fromIndicator(
    combine(
      indicator(first),
      indicator(second),
      (a, b) => (a === 1 ? b : undefined),
      () => 0,
    ),
  );
}

/** The sizes in the first and not in the second. */
export function without(first: SizeSet, second: SizeSet): SizeSet | Refusal {
  return fromIndicator(
    combine(
      indicator(first),
      indicator(second),
      (a, b) => (b === undefined ? a : undefined),
      () => 0,
    ),
  );
}

/** The function where the set holds, `undefined` elsewhere. */
export function restrict(size: SizeFunction, set: SizeSet): SizeFunction | Refusal {
  return combine(
    size,
    indicator(set),
    (cells, member) => (member === 1 ? cells : undefined),
    (rise) => rise,
  );
}

export function contains(set: SizeSet, n: number): boolean {
  const member =
    n < set.prefix.length ? set.prefix[n] : set.cycle[(n - set.prefix.length) % set.cycle.length];
  return member === true;
}

export function isEmpty(set: SizeSet): boolean {
  return smallest(set) === undefined;
}

/** Whether it contains every size from 1 on. */
export function isAll(set: SizeSet): boolean {
  return set.prefix.length <= 1 && set.cycle.every((member) => member);
}

/** Its smallest size; `undefined` when it is empty. */
export function smallest(set: SizeSet): number | undefined {
  const place = [...set.prefix, ...set.cycle].indexOf(true);
  return place === -1 ? undefined : place;
}

function indicator(set: SizeSet): SizeFunction {
  const entry = (member: boolean): number | undefined => (member ? 1 : undefined);
  return { symbol: set.symbol, prefix: set.prefix.map(entry), cycle: set.cycle.map(entry), rise: 0 };
}

function fromIndicator(size: SizeFunction | Refusal): SizeSet | Refusal {
  return size instanceof Refusal ? size : existsSet(size);
}
