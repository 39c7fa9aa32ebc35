/** The geometry of a map whose cells are made of cells of several maps at the same place. */
import { lcm } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry } from "./axis-geometry.ts";
import { fieldOfCell, gridOf, hullOf } from "./grid.ts";
import { equals } from "./rational.ts";

/**
 * Cell i sees what cell i of any of the maps sees; it lies where cell i of the first map that has a grid lies.
 * Maps whose strides differ share no grid.
 */
export function join(maps: readonly AxisGeometry[]): AxisGeometry {
  const sized = maps.find((map) => map.kind === "sized");
  const seesAll = maps.some((map) => map.kind === "whole");
  const grids = maps.map(gridWithin).filter((grid) => grid !== undefined);
  const [first, ...others] = grids;
  const agree = first === undefined || others.every((other) => equals(first.stride, other.stride));
  if (seesAll) return { kind: "whole", grid: agree && sized === undefined ? first : undefined };
  if (sized !== undefined) return sized;
  if (first === undefined || !agree) return { kind: "sized", reason: "it joins maps of different strides" };
  return joinFields(
    first,
    maps.filter((map) => map.kind === "grid"),
  );
}

/** Where the cells of a map lie, whatever they see; `undefined` where that is not one exact grid. */
export function gridWithin(map: AxisGeometry): Grid | undefined {
  if (map.kind === "sized") return undefined;
  if (map.kind === "whole") return map.grid;
  return { stride: map.stride, offset: map.offset };
}

function joinFields(grid: Grid, maps: readonly GridGeometry[]): AxisGeometry {
  const phases = maps.reduce((period, map) => lcm(period, map.fields.length), 1);
  const advance = (phases * grid.stride.numerator) / grid.stride.denominator;
  return gridOf(grid, phases, advance, (cell) =>
    maps.reduce<Field | undefined>((field, map) => hullOf(field, fieldOfCell(map, cell)), undefined),
  );
}
