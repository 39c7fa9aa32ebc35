/** Compares the stated receptive field and coordinates of every position at one size, borders included, with those found by running. */
import type { PlacedAxis } from "../../../compiler/analyses/alignment/places-at.ts";
import { type Dependency, hullOf } from "./cells.ts";
import type { Visit } from "./execute.ts";
import { fraction, fractionText, same } from "./fraction.ts";
import { fieldOfFinest, gridOfFinest, pixelOf } from "./input-units.ts";
import type { Dimension } from "./program.ts";

/** The first difference found in one feature map along one axis; `undefined`: there is none. */
export function comparePlaced(
  placed: PlacedAxis,
  visit: Visit<Dependency>,
  finest: Dimension,
): string | undefined {
  const map = visit.result?.map;
  if (map === undefined) return "stated a map, found none";
  if (placed.fields === undefined) return "stated no fields, of inputs in one proportion";
  if (map.cells.length !== placed.fields.length)
    return `stated ${placed.fields.length} cells, found ${map.cells.length}`;
  const seenIn = pixelOf(placed.pixels, finest);
  for (const [place, cell] of map.cells.entries()) {
    const found = hullOf(cell.pixels);
    const own = placed.fields[place];
    const stated = own === undefined ? undefined : fieldOfFinest(own, seenIn);
    if (stated?.low === found?.low && stated?.high === found?.high) continue;
    const text = (field: typeof found): string =>
      field === undefined ? "nothing" : `${field.low} … ${field.high}`;
    return `cell ${place}: stated at this size ${text(stated)}, found ${text(found)}`;
  }
  const { grid } = placed;
  if (grid === undefined || map.grid === undefined) {
    return grid === map.grid ? undefined : `stated ${grid === undefined ? "no " : "a "}grid, found otherwise`;
  }
  const { stride, offset } = gridOfFinest(
    {
      stride: fraction(grid.stride.numerator, grid.stride.denominator),
      offset: fraction(grid.offset.numerator, grid.offset.denominator),
    },
    pixelOf(grid.pixels, finest),
  );
  // A single position shows only its place, not the stride.
  const alike = same(map.grid.offset, offset) && (map.cells.length === 1 || same(map.grid.stride, stride));
  return alike
    ? undefined
    : `stated at this size stride ${fractionText(stride)} offset ${fractionText(offset)}, found ${fractionText(map.grid.stride)} and ${fractionText(map.grid.offset)}`;
}
