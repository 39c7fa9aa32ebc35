/** How an operation with one input moves a grid and widens receptive fields. */
import { gcd } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry } from "./axis-geometry.ts";
import { beyondExact, fieldOfCell, gridAlone, gridOf, hullOf } from "./grid.ts";
import { add, isExact, multiply, type Rational } from "./rational.ts";
import { placedBySize } from "./sized.ts";

/** Output position o is centred at scale·o + shift, in positions of the input. */
export interface GridStep {
  readonly scale: Rational;
  readonly shift: Rational;
  /**
   * `outputPeriod` positions on, an output position takes from `inputPeriod` positions further: scale = inputPeriod /
   * outputPeriod.
   */
  readonly outputPeriod: number;
  readonly inputPeriod: number;
  /** The input positions that output position o is computed from. */
  readonly takes: (outputCell: number) => Cells;
}

/** `count` positions from `first` on, `spacing` apart. */
export interface Cells {
  readonly first: number;
  readonly count: number;
  readonly spacing: number;
}

/** The geometry after the step. What sees everything, or has no exact grid, stays so. */
export function compose(geometry: AxisGeometry, step: GridStep): AxisGeometry {
  if (geometry.kind !== "grid") {
    if (geometry.grid === undefined) return geometry;
    const grid = composeGrid(geometry.grid, step);
    if (isExact(grid.stride) && isExact(grid.offset)) return { ...geometry, grid };
    return placedBySize(geometry, beyondExact);
  }
  const phases = geometry.fields.length;
  const turns = phases / gcd(phases, step.inputPeriod);
  const advance = ((turns * step.inputPeriod) / phases) * geometry.advance;
  const see = (cell: number): Field | undefined => fieldOfCells(geometry, step.takes(cell));
  return gridOf(composeGrid(geometry, step), turns * step.outputPeriod, advance, see);
}

export function composeGrid(grid: Grid, step: Pick<GridStep, "scale" | "shift">): Grid {
  return {
    ...gridAlone(grid),
    stride: multiply(grid.stride, step.scale),
    offset: add(grid.offset, multiply(grid.stride, step.shift)),
  };
}

function fieldOfCells(geometry: GridGeometry, cells: Cells): Field | undefined {
  // Of the positions of one phase the first sees lowest and the last highest: one cycle of phases at either end contains the
  // hull.
  const turn = geometry.fields.length;
  let field: Field | undefined;
  for (let place = 0; place < cells.count; place += 1) {
    if (place === turn && cells.count > 2 * turn) place = cells.count - turn;
    field = hullOf(field, fieldOfCell(geometry, cells.first + place * cells.spacing));
  }
  return field;
}
