/** The geometry of a feature map whose positions are computed from those of several feature maps at the same place. */
import { lcm } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry } from "./axis-geometry.ts";
import { fieldOfCell, gridAlone, gridOf, hullOf } from "./grid.ts";
import { gridWithin, liesNowhere } from "./grid-within.ts";
import { finest, geometryIn, unrelated } from "./input-scale.ts";
import { equals } from "./rational.ts";
import { wholeWhere } from "./sized.ts";

/**
 * Position i sees what position i of any of the feature maps sees; it is where position i of the first is, except for single
 * positions of the whole input, which have no particular place. Pixels are those of the finest input of all; feature maps of inputs
 * that are not in one proportion share no grid.
 *
 * @param repeated by feature map: its one position is taken at every position of the others, whose places the result has; left
 *   out: none
 */
export function join(maps: readonly AxisGeometry[], repeated: readonly boolean[] = []): AxisGeometry {
  const placed = joinPlaced(maps.filter((_, place) => repeated[place] !== true));
  const single = maps.filter((_, place) => repeated[place] === true);
  return single.length === 0 ? placed : withRepeated(placed, single);
}

/** Everything sees what the repeated positions see: a fixed part of the input, which no grid describes, or all of it. */
function withRepeated(placed: AxisGeometry, repeated: readonly AxisGeometry[]): AxisGeometry {
  const grids = [placed, ...repeated].map(gridWithin).filter((grid) => grid !== undefined);
  const common = finest(grids.map(({ pixels }) => pixels));
  const within = common === undefined ? placed : geometryIn(placed, common.pixels);
  if ([placed, ...repeated].some((map) => map.kind === "whole")) return wholeWhere(within);
  return within.kind === "grid" ? { kind: "sized", grid: gridAlone(within), reason: repeats } : within;
}

const repeats = "every position sees what the 1 × 1 feature map sees that it is joined with";

function joinPlaced(maps: readonly AxisGeometry[]): AxisGeometry {
  const first = maps.find((map) => !liesNowhere(map));
  if (first === undefined) return { kind: "whole", grid: undefined };
  const located = maps.map(gridWithin).filter((grid) => grid !== undefined);
  const common = finest(located.map(({ pixels }) => pixels));
  if (located.length > 0 && common === undefined) return unplaced(maps, unrelated);
  return joinTogether(maps.map((map) => geometryIn(map, common?.pixels)));
}

/** Given: all in pixels of one input. */
function joinTogether(maps: readonly AxisGeometry[]): AxisGeometry {
  const first = maps.find((map) => !liesNowhere(map));
  if (first === undefined) return { kind: "whole", grid: undefined };
  const grids = maps.map(gridWithin).filter((grid) => grid !== undefined);
  const agree = grids.every((grid, _, [one]) => one !== undefined && equals(grid.stride, one.stride));
  if (maps.some((map) => map.kind === "whole")) return wholeWhere(first);
  const grid = gridWithin(first);
  const sized = maps.find((map) => map.kind === "sized");
  if (sized !== undefined || !agree)
    return {
      kind: "sized",
      ...(grid === undefined ? {} : { grid }),
      reason: sized?.reason ?? differing,
    };
  if (grid === undefined) throw new Error("a map that is not sized lies on its grid or nowhere");
  return joinFields(
    grid,
    maps.filter((map) => map.kind === "grid"),
  );
}

const differing = "it joins feature maps of different strides";

function unplaced(maps: readonly AxisGeometry[], why: string): AxisGeometry {
  const seesAll = maps.some((map) => map.kind === "whole");
  return seesAll ? { kind: "whole", grid: undefined, reason: why } : { kind: "sized", reason: why };
}

function joinFields(grid: Grid, maps: readonly GridGeometry[]): AxisGeometry {
  const phases = maps.reduce((period, map) => lcm(period, map.fields.length), 1);
  const advance = (phases * grid.stride.numerator) / grid.stride.denominator;
  return gridOf(grid, phases, advance, (cell) =>
    maps.reduce<Field | undefined>((field, map) => hullOf(field, fieldOfCell(map, cell)), undefined),
  );
}
