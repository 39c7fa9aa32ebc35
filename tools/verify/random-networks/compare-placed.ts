/** Compares the stated receptive field and coordinates of every position at one size, borders included, with those found by running. */
import type { PlacedAxis } from "../../../compiler/analyses/alignment/places-at.ts";
import { type Dependency, hullOf } from "./cells.ts";
import type { Visit } from "./execute.ts";
import { fraction, fractionText, same } from "./fraction.ts";

/** The first difference found in one feature map along one axis; `undefined`: there is none. */
export function comparePlaced(placed: PlacedAxis, visit: Visit<Dependency>): string | undefined {
  const map = visit.result?.map;
  if (map === undefined) return "stated a map, found none";
  if (placed.fields === undefined) return "stated no fields, of a network with one input";
  if (map.cells.length !== placed.fields.length)
    return `stated ${placed.fields.length} cells, found ${map.cells.length}`;
  for (const [place, cell] of map.cells.entries()) {
    const found = hullOf(cell.pixels);
    const stated = placed.fields[place];
    if (stated?.low === found?.low && stated?.high === found?.high) continue;
    const text = (field: typeof found): string =>
      field === undefined ? "nothing" : `${field.low} … ${field.high}`;
    return `cell ${place}: stated at this size ${text(stated)}, found ${text(found)}`;
  }
  const { grid } = placed;
  if (grid === undefined || map.grid === undefined) {
    return grid === map.grid ? undefined : `stated ${grid === undefined ? "no " : "a "}grid, found otherwise`;
  }
  const [stride, offset] = [grid.stride, grid.offset].map((value) =>
    fraction(value.numerator, value.denominator),
  );
  if (stride === undefined || offset === undefined) throw new Error("a grid has a stride and an offset");
  // A single position shows only its place, not the stride.
  const alike = same(map.grid.offset, offset) && (map.cells.length === 1 || same(map.grid.stride, stride));
  return alike
    ? undefined
    : `stated at this size stride ${fractionText(stride)} offset ${fractionText(offset)}, found ${fractionText(map.grid.stride)} and ${fractionText(map.grid.offset)}`;
}
