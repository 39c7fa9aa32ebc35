/** The geometry of a map whose cells are made of cells of several maps at the same place. */
import { lcm } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry } from "./axis-geometry.ts";
import { fieldOfCell, gridOf, hullOf } from "./grid.ts";
import { gridWithin, liesNowhere } from "./grid-within.ts";
import { equals } from "./rational.ts";
import { wholeWhere } from "./sized.ts";

/**
 * Cell i sees what cell i of any of the maps sees; it lies where cell i of the first map lies, single cells for the whole
 * input aside, which lie nowhere in particular. Maps whose strides differ share no grid.
 */
export function join(maps: readonly AxisGeometry[]): AxisGeometry {
  const first = maps.find((map) => !liesNowhere(map));
  if (first === undefined) return { kind: "whole", grid: undefined };
  const grids = maps.map(gridWithin).filter((grid) => grid !== undefined);
  const agree = grids.every((grid, _, [one]) => one !== undefined && equals(grid.stride, one.stride));
  const seesAll = maps.some((map) => map.kind === "whole");
  if (!agree) return seesAll ? { kind: "whole", grid: undefined, reason } : { kind: "sized", reason };
  if (seesAll) return wholeWhere(first);
  const grid = gridWithin(first);
  const sized = maps.find((map) => map.kind === "sized");
  if (sized !== undefined) {
    const { grid: _, ...others } = sized;
    return { ...others, ...(grid === undefined ? {} : { grid }) };
  }
  if (grid === undefined) throw new Error("a map that is not sized lies on its grid or nowhere");
  return joinFields(
    grid,
    maps.filter((map) => map.kind === "grid"),
  );
}

const reason = "it joins maps of different strides";

function joinFields(grid: Grid, maps: readonly GridGeometry[]): AxisGeometry {
  const phases = maps.reduce((period, map) => lcm(period, map.fields.length), 1);
  const advance = (phases * grid.stride.numerator) / grid.stride.denominator;
  return gridOf(grid, phases, advance, (cell) =>
    maps.reduce<Field | undefined>((field, map) => hullOf(field, fieldOfCell(map, cell)), undefined),
  );
}
