/** A feature map along one axis with the coordinates of its positions, as the definitions of the operations give them. */
import { type Fraction, fraction, plus, same, times } from "./fraction.ts";

/** Position i is centred at stride·i + offset, in input pixels. */
export interface Grid {
  readonly stride: Fraction;
  readonly offset: Fraction;
}

export interface AxisMap<T> {
  /** At least one. */
  readonly cells: readonly T[];
  /** `undefined`: its positions are not on a single grid. */
  readonly grid: Grid | undefined;
}

/** Where place `place` of the grid is; the place may be between positions. */
export function positionOn(grid: Grid, place: Fraction): Fraction {
  return plus(grid.offset, times(grid.stride, place));
}

/** The grid whose position 0 is at place `first` of the given grid and position 1 `step` places on. */
export function gridAlong(grid: Grid | undefined, first: Fraction, step: Fraction): Grid | undefined {
  if (grid === undefined) return undefined;
  return { stride: times(grid.stride, step), offset: positionOn(grid, first) };
}

export function sameGrid(a: Grid, b: Grid): boolean {
  return same(a.stride, b.stride) && same(a.offset, b.offset);
}

/** The place of the first grid on which position 0 of the second is; `undefined` unless their strides are equal. */
export function placeOf(grid: Grid | undefined, other: Grid | undefined): Fraction | undefined {
  if (grid === undefined || other === undefined || !same(grid.stride, other.stride)) return undefined;
  const apart = plus(other.offset, times(fraction(-1), grid.offset));
  return times(apart, fraction(grid.stride.under, grid.stride.over));
}
