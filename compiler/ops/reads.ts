/** Which positions of an input a position of the result reads, along one axis and at one size. */

import type { Cells, GridStep } from "../geometry/grid-step.ts";
import type { SparseMatrix } from "../geometry/sparse-matrix.ts";

/** How many positions a node's feature map and inputs have along an axis. */
export interface AxisPositions {
  readonly axis: 0 | 1;
  readonly inputs: readonly number[];
  readonly output: number;
}

/**
 * Of one input: the positions that a position reads, which may be outside the input; "all" of them, whatever the position; or
 * `undefined`: no value, only the size.
 */
export type Reads = ((position: number) => Cells) | "all" | undefined;

const itself = (position: number): Cells => ({ first: position, count: 1, spacing: 1 });

export const readsItself = (): readonly Reads[] => [itself];
export const readsAll = (): readonly Reads[] => ["all"];
const theFirst = (): Cells => ({ first: 0, count: 1, spacing: 1 });

/** The same position of every input; the only one of an input that is repeated. */
export const readsEach = (_: unknown, { inputs, output }: AxisPositions): readonly Reads[] =>
  inputs.map((cells) => (cells === output ? itself : theFirst));

/** By a step along the axis, which is the same at every size. */
export function readsBy<A>(
  step: (attributes: A, axis: 0 | 1) => GridStep,
): (attributes: A, positions: AxisPositions) => readonly Reads[] {
  return (attributes, { axis }) => [step(attributes, axis).takes];
}

/** The columns of each row: the places where a linear map has weights. Given: they are evenly spaced. */
export function patternOf({ starts, columns }: SparseMatrix): Reads {
  return (position) => {
    const start = starts[position] ?? 0;
    const count = (starts[position + 1] ?? start) - start;
    const first = columns[start] ?? 0;
    return { first, count, spacing: count > 1 ? (columns[start + 1] ?? first) - first : 1 };
  };
}
